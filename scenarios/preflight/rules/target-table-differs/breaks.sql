-- finds in customer: name is varchar(29), not varchar(30)
-- mend on the target: DROP TABLE `customer`
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(29));

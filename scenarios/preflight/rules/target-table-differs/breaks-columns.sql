-- finds in customer: no column name; a column names that the source does not have
-- mend on the target: DROP TABLE `customer`
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (id BIGINT PRIMARY KEY, names VARCHAR(30));

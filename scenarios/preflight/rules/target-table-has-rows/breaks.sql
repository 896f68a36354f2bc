-- finds in customer: the table exists and has rows
-- mend on the target: DROP TABLE `customer`
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
INSERT INTO customer VALUES (1, 'Ada');

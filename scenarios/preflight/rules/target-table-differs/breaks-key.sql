-- finds in customer: its primary key is none, not id
-- mend on the target: DROP TABLE `customer`
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (id BIGINT NOT NULL, name VARCHAR(30), KEY (id));

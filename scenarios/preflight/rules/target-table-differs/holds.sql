-- Keys beside the primary key, and the columns' order, are its own affair.
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (name VARCHAR(30), id BIGINT, PRIMARY KEY (id), KEY (name));

CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
INSERT INTO customer VALUES (1, 'Ada');
-- On the target.
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));

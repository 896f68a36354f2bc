-- foreign keys: atomic-copy
-- tables: customer, corder
-- also: atomic-copy-in-one-go
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (id BIGINT PRIMARY KEY);

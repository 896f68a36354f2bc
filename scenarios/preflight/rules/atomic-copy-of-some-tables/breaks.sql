-- foreign keys: atomic-copy
-- tables: customer
-- finds: tables that stay: corder
-- also: atomic-copy-in-one-go
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (id BIGINT PRIMARY KEY);

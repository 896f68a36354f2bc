-- Vitess leaves out what it takes for its own.
-- foreign keys: atomic-copy
-- tables: customer
-- also: atomic-copy-in-one-go
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE _corder_old (id BIGINT PRIMARY KEY);

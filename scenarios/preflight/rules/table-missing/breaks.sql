-- tables: customer, corder
-- finds in corder: commerce has no table corder
CREATE TABLE customer (id BIGINT PRIMARY KEY);

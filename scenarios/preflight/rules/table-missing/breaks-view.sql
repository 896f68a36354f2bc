-- tables: customer, corder
-- finds in corder: commerce has no table corder
-- also: view
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE VIEW corder AS SELECT id FROM customer;

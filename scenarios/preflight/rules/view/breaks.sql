-- finds: first_customers, which is updatable
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE VIEW first_customers AS SELECT id FROM customer WHERE id < 100;

CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE DATABASE other;
CREATE VIEW other.first_customers AS SELECT id FROM commerce.customer WHERE id < 100;

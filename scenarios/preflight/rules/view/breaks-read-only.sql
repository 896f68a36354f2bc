-- finds: last_customer
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE VIEW last_customer AS SELECT MAX(id) AS id FROM customer;

-- also: foreign-key-copied
SET SESSION foreign_key_checks = OFF;
CREATE TABLE corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES customer (id)
);
CREATE TABLE customer (id BIGINT PRIMARY KEY);

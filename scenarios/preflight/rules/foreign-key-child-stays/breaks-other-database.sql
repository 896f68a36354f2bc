-- finds in customer: other.corder, in another database, has corder_ibfk_1, which references it
-- mend: ALTER TABLE `other`.`corder` DROP FOREIGN KEY `corder_ibfk_1`
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE DATABASE other;
CREATE TABLE other.corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES commerce.customer (id)
);

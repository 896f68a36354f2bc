-- finds in corder: corder_ibfk_1 (customer_id) references other.customer (id), ON DELETE NO ACTION ON UPDATE NO ACTION
-- also: foreign-key-copied
-- mend: ALTER TABLE `corder` DROP FOREIGN KEY `corder_ibfk_1`
CREATE DATABASE other;
CREATE TABLE other.customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES other.customer (id)
);

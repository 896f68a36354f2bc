-- also: foreign-key-copied
CREATE TABLE commerce.customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES commerce.customer (id)
);

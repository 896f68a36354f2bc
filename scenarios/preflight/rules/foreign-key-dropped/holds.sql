-- foreign keys: copied
-- also: foreign-key-copied
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES customer (id)
);

-- tables: corder
-- finds in corder: corder_ibfk_1 (customer_id) references customer (id), ON DELETE NO ACTION ON UPDATE NO ACTION
-- also: foreign-key-copied
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (
  id BIGINT PRIMARY KEY,
  customer_id BIGINT,
  FOREIGN KEY (customer_id) REFERENCES customer (id)
);

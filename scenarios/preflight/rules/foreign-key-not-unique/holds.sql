-- target: plain
-- also: foreign-key-copied
SET SESSION restrict_fk_on_non_standard_key = OFF;
CREATE TABLE customer (id BIGINT PRIMARY KEY, code INT, UNIQUE KEY (code));
CREATE TABLE corder (id BIGINT PRIMARY KEY, customer_code INT, FOREIGN KEY (customer_code) REFERENCES customer (code));

-- tables: customer, corder
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE corder (id BIGINT PRIMARY KEY);

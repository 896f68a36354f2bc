-- foreign keys: copied
CREATE TABLE customer (id BIGINT PRIMARY KEY);

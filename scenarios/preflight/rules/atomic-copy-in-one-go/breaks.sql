-- foreign keys: atomic-copy
-- finds: … bytes in one copy
CREATE TABLE customer (id BIGINT PRIMARY KEY);

-- Neither knows any.
-- target: plain
CREATE TABLE customer (id BIGINT PRIMARY KEY);

-- source: binlog_ignore_db=commerce
-- finds: binlog_ignore_db = commerce
CREATE TABLE customer (id BIGINT PRIMARY KEY);

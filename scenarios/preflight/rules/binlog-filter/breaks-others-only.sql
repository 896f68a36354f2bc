-- source: binlog_do_db=other
-- finds: binlog_do_db = other
CREATE TABLE customer (id BIGINT PRIMARY KEY);

-- One session without a log is not the server without one.
SET SESSION sql_log_bin = OFF;
CREATE TABLE customer (id BIGINT PRIMARY KEY);

-- tables: log
-- also: trigger-writes-moved-table
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE log (id BIGINT PRIMARY KEY);
CREATE TRIGGER customer_log AFTER INSERT ON customer FOR EACH ROW INSERT INTO log VALUES (NEW.id);

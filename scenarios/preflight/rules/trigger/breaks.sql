-- finds in customer: customer_log, AFTER INSERT
-- mend: DROP TRIGGER `customer_log`
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE log (id BIGINT PRIMARY KEY);
CREATE TRIGGER customer_log AFTER INSERT ON customer FOR EACH ROW INSERT INTO log VALUES (NEW.id);

-- finds: clean, which does not run
-- severity: note
CREATE TABLE customer (id BIGINT PRIMARY KEY);
SET GLOBAL event_scheduler = OFF;
CREATE EVENT clean ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL 1 DAY DO DELETE FROM customer WHERE id < 0;

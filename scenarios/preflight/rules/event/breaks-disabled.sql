-- finds: clean, which does not run
-- severity: note
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE EVENT clean ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM customer WHERE id < 0;

-- left out: triggers
-- severity: warning
-- finds in customer: customer_log, AFTER INSERT; the rehearsal leaves it out, so production has to do without it too
-- mend: DROP TRIGGER `customer_log`
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE TABLE log (id BIGINT PRIMARY KEY);
CREATE TRIGGER customer_log AFTER INSERT ON customer FOR EACH ROW INSERT INTO log VALUES (NEW.id);

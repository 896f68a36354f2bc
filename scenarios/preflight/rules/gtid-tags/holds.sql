-- source: fresh
-- Transactions of another server, as of a source that was a replica.
CREATE TABLE product (id BIGINT PRIMARY KEY);
SET gtid_next = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee:7';
INSERT INTO product VALUES (1);
SET gtid_next = 'AUTOMATIC';

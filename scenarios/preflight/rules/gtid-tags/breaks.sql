-- source: fresh
-- finds: the source has executed transactions with the tags blue, green
-- mend: RESET BINARY LOGS AND GTIDS
CREATE TABLE product (id BIGINT PRIMARY KEY);
SET gtid_next = 'AUTOMATIC:blue';
INSERT INTO product VALUES (1);
SET gtid_next = 'AUTOMATIC:green';
INSERT INTO product VALUES (2);
SET gtid_next = 'AUTOMATIC';

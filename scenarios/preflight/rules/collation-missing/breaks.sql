-- A collation of one's own, made as the manual's “Adding a Collation to a Character Set” says.
-- source: character_sets_dir=/roundtrip/case
-- target: plain
-- finds in customer: utf8mb4_phone_ci is not on the target
-- mend: ALTER TABLE `customer` CONVERT TO CHARACTER SET utf8mb4
CREATE TABLE customer (id BIGINT PRIMARY KEY, phone VARCHAR(30) COLLATE utf8mb4_phone_ci);
INSERT INTO customer VALUES (1, '+31 (20) 1234567');

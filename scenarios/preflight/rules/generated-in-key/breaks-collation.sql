-- Two names that are equal in their collation can have different bytes.
-- finds in tag: bytes is generated and part of its key, and the rest of it, name, need not be unique
-- mend: ALTER TABLE `tag` DROP PRIMARY KEY, ADD UNIQUE KEY (`name`, `bytes`), ADD COLUMN `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE tag (
  name VARCHAR(9) COLLATE utf8mb4_0900_ai_ci,
  bytes VARCHAR(99) AS (HEX(name)) STORED,
  PRIMARY KEY (name, bytes)
);
INSERT INTO tag (name) VALUES ('a'), ('A');

-- finds in tag: folded is generated and part of its key, and nothing else is
-- mend: ALTER TABLE `tag` DROP PRIMARY KEY, ADD UNIQUE KEY (`folded`), ADD COLUMN `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE tag (name VARCHAR(9) NOT NULL, folded VARCHAR(9) AS (LOWER(name)) STORED PRIMARY KEY);

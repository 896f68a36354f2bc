-- finds in visit: it has neither a primary key nor a unique key of NOT NULL columns
-- mend: ALTER TABLE `visit` ADD COLUMN `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE visit (page VARCHAR(100) NOT NULL, KEY (page));

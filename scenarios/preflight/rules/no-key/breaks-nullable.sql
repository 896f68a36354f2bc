-- finds in visit: it has neither a primary key nor a unique key of NOT NULL columns
-- mend: ALTER TABLE `visit` ADD COLUMN `row_id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE visit (ID BIGINT, UNIQUE KEY (ID));
INSERT INTO visit VALUES (1), (NULL), (NULL);

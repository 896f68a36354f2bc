-- finds in visit: day is generated and part of its key, and the rest of it, user_id, need not be unique
-- mend: ALTER TABLE `visit` DROP PRIMARY KEY, ADD UNIQUE KEY (`user_id`, `day`), ADD COLUMN `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE visit (
  user_id INT,
  began DATETIME NOT NULL,
  day DATE AS (DATE(Began)) STORED,
  PRIMARY KEY (user_id, day)
);
INSERT INTO visit (user_id, began) VALUES (1, '2026-01-15 12:00:00'), (1, '2026-01-16 12:00:00');

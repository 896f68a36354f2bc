-- A unique key stands in for the primary key.
-- also: no-primary-key
-- finds in visit: day is generated and part of its key, and the rest of it, user_id, need not be unique
-- mend: ALTER TABLE `visit` ADD COLUMN `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY
CREATE TABLE visit (
  user_id INT NOT NULL,
  began DATETIME NOT NULL,
  day DATE AS (DATE(began)) VIRTUAL NOT NULL,
  UNIQUE KEY (user_id, day)
);

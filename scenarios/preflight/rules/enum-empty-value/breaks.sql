-- finds in dish: `kind` has the number 0
-- mend: UPDATE `dish` SET `kind` = '' WHERE `kind` = 0
SET sql_mode = '';
CREATE TABLE dish (id BIGINT PRIMARY KEY, kind ENUM('main', ''));
INSERT INTO dish VALUES (1, 'unknown'), (2, ''), (3, 'main'), (4, NULL);

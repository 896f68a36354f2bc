-- Without such a member there is nothing to confuse the number 0 with.
SET sql_mode = '';
CREATE TABLE dish (id BIGINT PRIMARY KEY, kind ENUM('main', ''), size ENUM('small', 'large'));
INSERT INTO dish VALUES (1, '', 'unknown'), (2, 'main', 'small'), (3, NULL, NULL);

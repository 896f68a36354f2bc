-- finds in visit: the CHECK in_the_day, the CHECK since_then
SET GLOBAL time_zone = '+02:00';
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  made INT UNSIGNED,
  CONSTRAINT in_the_day CHECK (HOUR(began) BETWEEN 8 AND 18),
  CONSTRAINT since_then CHECK (YEAR(FROM_UNIXTIME(made)) > 2000)
);
-- What a session in the source's zone may write is refused in UTC: otherwise the last row would be a duplicate.
SET SESSION time_zone = '+00:00';
INSERT IGNORE INTO visit VALUES (1, '2026-07-01 06:00:00', NULL);
SET SESSION time_zone = '+02:00';
INSERT INTO visit VALUES (1, '2026-07-01 08:00:00', NULL);

-- finds in visit: the column day_of, the index by_month
SET GLOBAL time_zone = '+01:00';
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began INT UNSIGNED NOT NULL,
  day_of DATE AS (DATE(FROM_UNIXTIME(began))) STORED,
  KEY by_month ((MONTH(FROM_UNIXTIME(began))))
);

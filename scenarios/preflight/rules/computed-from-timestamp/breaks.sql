-- finds in visit: the column hour_of, the index by_day, the index by_next
SET GLOBAL time_zone = '+01:00';
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  hour_of INT AS (HOUR(began)) STORED,
  next_of INT AS (HOUR(Began) + 1) VIRTUAL,
  KEY by_day ((DATE(began))),
  KEY by_next (next_of),
  KEY by_hour (hour_of)
);

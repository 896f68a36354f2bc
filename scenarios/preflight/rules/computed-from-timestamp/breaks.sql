-- finds in visit: the column hour_of, the index by_day, the index by_next
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  hour_of INT AS (HOUR(began)) STORED,
  next_of INT AS (HOUR(began) + 1) VIRTUAL,
  KEY by_day ((DATE(began))),
  KEY by_next (next_of)
);

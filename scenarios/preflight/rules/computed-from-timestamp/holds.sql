-- A virtual column without an index is computed by whoever reads it, and a DATETIME has no zone.
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  ended DATETIME,
  hour_of INT AS (HOUR(began)) VIRTUAL,
  day_of DATE AS (DATE(ended)) STORED,
  KEY (began),
  KEY ((HOUR(ended)))
);

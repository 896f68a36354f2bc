-- severity: warning
-- finds in visit: the column hour_of, the column next_of
SET GLOBAL time_zone = '+01:00';
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  hour_of INT AS (HOUR(began)) STORED,
  next_of INT AS (hour_of + 1) STORED
);

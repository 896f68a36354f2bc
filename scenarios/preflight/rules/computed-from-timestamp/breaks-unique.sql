-- also: generated-in-key
-- finds in visit: the column day_of, the index once_a_day, the index PRIMARY
SET GLOBAL time_zone = '+01:00';
CREATE TABLE visit (
  guest BIGINT NOT NULL,
  began TIMESTAMP NOT NULL,
  day_of DATE AS (DATE(began)) STORED NOT NULL,
  room INT NOT NULL,
  PRIMARY KEY (guest, day_of),
  UNIQUE once_a_day (room, day_of)
);

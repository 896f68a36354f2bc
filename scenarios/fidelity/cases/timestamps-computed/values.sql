-- about: A stored column that is computed from a TIMESTAMP, by sessions in the source's own zone.
-- writes with: time_zone = 'SYSTEM'
-- left to the server: hour_of
CREATE TABLE timestamps_computed (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  stamp TIMESTAMP NULL,
  hour_of INT AS (HOUR(stamp)) STORED
);
INSERT INTO timestamps_computed (id, stamp) VALUES (1, '2026-01-15 12:00:00'), (2, '2026-07-15 12:00:00'), (3, NULL);

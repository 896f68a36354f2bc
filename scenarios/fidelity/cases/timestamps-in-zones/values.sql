-- about: TIMESTAMP and DATETIME that are written by sessions in another zone.
-- writes with: time_zone = '+05:45'
SET SESSION time_zone = '-09:30';
CREATE TABLE timestamps_in_zones (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  stamp TIMESTAMP(6) NULL,
  moment DATETIME(6)
);
INSERT INTO timestamps_in_zones VALUES (1, 0, '2026-03-29 02:30:00.5', '2026-03-29 02:30:00.5'),
  (2, 0, '1969-12-31 14:30:01', '1969-12-31 14:30:01'), (3, 0, '2038-01-18 17:44:07.999999', '2038-01-18 17:44:07.999999'), (4, 0, NULL, NULL);

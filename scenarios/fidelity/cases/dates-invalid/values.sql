-- about: Days that no month has, which MySQL stores if sql_mode has ALLOW_INVALID_DATES.
-- writes with: sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'
SET SESSION sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE dates_invalid (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  day DATE,
  moment DATETIME(3)
);
INSERT INTO dates_invalid VALUES
  (1, 0, '2026-02-31', '2026-04-31 10:00:00.5'), (2, 0, '2025-02-29', '2026-02-30 00:00:00'), (3, 0, '2024-02-29', NULL);

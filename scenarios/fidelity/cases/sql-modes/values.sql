-- about: Texts and dates that are written by sessions with another sql_mode.
-- writes with: sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,TIME_TRUNCATE_FRACTIONAL,NO_AUTO_VALUE_ON_ZERO'
CREATE TABLE sql_modes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10),
  varied VARCHAR(40),
  day DATE,
  moment DATETIME(3)
);
INSERT INTO sql_modes VALUES
  (1, 0, 'a\\b', 'a\\''b"c`d', '0000-00-00', '2026-01-15 10:00:00.999'),
  (2, 0, '"', '\\', '2026-00-15', '0000-00-00 00:00:00.000'),
  (3, 0, '', 'blank   ', '2026-02-15', '9999-12-31 23:59:59.999'),
  (4, 0, NULL, NULL, NULL, NULL);

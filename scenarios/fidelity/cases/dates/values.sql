-- about: Dates and times at their edges: zero, parts that are zero, years 1, 1000 and 9999, six fractional digits, TIMESTAMP at both ends and around the hours at which clocks change.
CREATE TABLE dates (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  day DATE,
  moment DATETIME,
  moment_3 DATETIME(3),
  moment_6 DATETIME(6),
  stamp TIMESTAMP NULL,
  stamp_6 TIMESTAMP(6) NULL,
  span TIME,
  span_6 TIME(6),
  year_of YEAR
);
INSERT INTO dates VALUES
  (1, 0, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000', '0000-00-00 00:00:00.000000', '0000-00-00 00:00:00', '0000-00-00 00:00:00.000000', '00:00:00', '00:00:00.000000', 0),
  (2, 0, '1000-01-01', '1000-01-01 00:00:00', '1000-01-01 00:00:00.001', '1000-01-01 00:00:00.000001', '1970-01-01 00:00:01', '1970-01-01 00:00:01.000000', '-838:59:59', '-838:59:59.000000', 1901),
  (3, 0, '9999-12-31', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '2038-01-19 03:14:07.999999', '838:59:59', '838:59:59.000000', 2155),
  (4, 0, '2024-00-00', '2024-00-00 00:00:00', '2024-01-00 10:00:00.5', '2024-01-00 10:00:00.500000', '2026-03-29 00:59:59', '2026-03-29 00:59:59.999999', '-00:00:01', '-00:00:00.000001', 2000),
  (5, 0, '0001-01-01', '0001-01-01 00:00:00', '0999-12-31 23:59:59.1', '0999-12-31 23:59:59.100000', '2026-03-29 01:00:00', '2026-03-29 01:00:00.000001', '100:00:00', '-838:59:58.999999', 1970),
  (6, 0, '2024-02-29', '2024-02-29 12:00:00', '2026-03-29 02:30:00.0', '2026-03-29 02:30:00.123456', '2026-10-25 00:30:00', '2026-10-25 00:30:00.250000', '23:59:59', '23:59:59.999999', 2026),
  (7, 0, '1969-12-31', '1969-12-31 23:59:59', '1969-12-31 23:59:59.9', '1969-12-31 23:59:59.999999', '2026-10-25 01:30:00', '2026-10-25 01:30:00.250000', '00:00:01', '00:00:00.1', 2069),
  (8, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE dates_as_key (
  day DATE NOT NULL,
  moment_6 DATETIME(6) NOT NULL,
  stamp_6 TIMESTAMP(6) NOT NULL,
  span_6 TIME(6) NOT NULL,
  year_of YEAR NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (day, moment_6, stamp_6, span_6, year_of, id)
);
INSERT INTO dates_as_key (id, day, moment_6, stamp_6, span_6, year_of)
  SELECT id, day, moment_6, stamp_6, span_6, year_of FROM dates WHERE id < 8;

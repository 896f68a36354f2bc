-- about: DATE, TIME and DATETIME inside JSON; negative TIMEs have a table of their own, because VDiff sees those.
CREATE TABLE json_temporal (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_temporal VALUES
  (1, 0, JSON_OBJECT('d', CAST('2026-02-15' AS DATE))),
  (2, 0, JSON_OBJECT('dt', CAST('2026-01-15 10:00:01.000001' AS DATETIME(6)))),
  (3, 0, JSON_ARRAY(TIMESTAMP'2026-01-15 10:00:01', 'text', CAST('9999-12-31' AS DATE))),
  (4, 0, CAST(CAST('2026-02-15' AS DATE) AS JSON)),
  (5, 0, JSON_OBJECT('t', CAST('07:30:00.25' AS TIME(2))));

CREATE TABLE json_negative_time (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_negative_time VALUES
  (1, 0, JSON_OBJECT('t', CAST('-838:59:59' AS TIME))),
  (2, 0, JSON_OBJECT('t', CAST('-00:00:01' AS TIME)));

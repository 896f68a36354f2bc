-- about: TIMESTAMPs that sessions in the source's own zone write, around the hours at which its clock is moved.
-- writes with: time_zone = 'SYSTEM'
-- The first of the two hours of autumn is missing, because MySQL itself makes the second one of it in such a session.
-- It is among the values of `dates`, whose sessions are in UTC.
CREATE TABLE timestamps_in_summer_time (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  stamp TIMESTAMP(6) NULL
);
INSERT INTO timestamps_in_summer_time VALUES
  (1, 0, '2026-03-29 00:59:59.999999'), (2, 0, '2026-03-29 01:00:00'),
  (3, 0, '2026-10-24 23:59:59.999999'), (4, 0, '2026-10-25 01:00:00'), (5, 0, '2026-10-25 01:59:59.999999'),
  (6, 0, '1970-01-01 00:00:01'), (7, 0, '2038-01-19 03:14:07.999999'), (8, 0, NULL);

CREATE TABLE timestamps_in_summer_time_as_key (
  stamp TIMESTAMP(6) NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (stamp, id)
);
INSERT INTO timestamps_in_summer_time_as_key (id, stamp) SELECT id, stamp FROM timestamps_in_summer_time WHERE id < 8;

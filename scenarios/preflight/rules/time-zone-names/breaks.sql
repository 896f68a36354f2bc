-- A server does not forget a zone that it has looked up.
-- source: fresh
-- target: plain
-- finds: CONVERT_TZ(…, 'UTC', 'Europe/Amsterdam') is NULL
INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N'), (2, 'N');
INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('UTC', 1), ('Europe/Amsterdam', 2);
INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, Offset, Is_DST, Abbreviation)
VALUES (1, 0, 0, 0, 'UTC'), (2, 0, 3600, 0, 'CET');

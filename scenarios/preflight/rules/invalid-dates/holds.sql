-- Other rules are about dates that are zero.
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE post (id BIGINT PRIMARY KEY, written DATE, embargo DATETIME(6));
INSERT INTO post VALUES (1, '2026-02-28', '2024-02-29 10:00:00'), (2, '2026-02-00', '2026-00-31 10:00:00'), (3, '0000-00-00', '0000-00-00 00:00:00');

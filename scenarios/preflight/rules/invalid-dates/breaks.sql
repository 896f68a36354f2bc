-- finds in post: `written` has a day that its month does not have
SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE post (id BIGINT PRIMARY KEY, written DATE, embargo DATETIME(6));
INSERT INTO post VALUES (1, '2026-02-28', '2024-02-29 10:00:00'), (2, '2026-02-29', NULL), (3, NULL, NULL);

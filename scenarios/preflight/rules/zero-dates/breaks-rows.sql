-- source: sql_mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION
-- target: plain
-- finds in post: changed, written: zero dates, which NO_ZERO_DATE and NO_ZERO_IN_DATE refuse
-- also: sql-mode-differs
-- mend on the target: SET PERSIST sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
CREATE TABLE post (id BIGINT PRIMARY KEY, written DATETIME(6), changed TIMESTAMP NULL);
INSERT INTO post VALUES (1, '2026-02-15 10:00:00', NULL), (2, '2026-02-00 10:00:00', '0000-00-00 00:00:00'), (3, NULL, NULL);

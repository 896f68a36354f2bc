-- source: sql_mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION
-- target: plain
-- also: sql-mode-differs
CREATE TABLE post (id BIGINT PRIMARY KEY, written DATETIME NOT NULL DEFAULT '1000-01-01 00:00:00', embargo DATE);
INSERT INTO post (id) VALUES (1);

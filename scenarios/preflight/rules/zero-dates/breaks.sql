-- The target has MySQL's own sql_mode.
-- source: sql_mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION
-- target: plain
-- finds in post: written, embargo: zero dates, which NO_ZERO_DATE and NO_ZERO_IN_DATE refuse
-- also: sql-mode-differs
-- mend on the target: SET PERSIST sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
CREATE TABLE post (
  id BIGINT PRIMARY KEY,
  written DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',
  embargo DATE NOT NULL DEFAULT '2021-00-00',
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

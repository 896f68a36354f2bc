-- finds: binlog_row_image = NOBLOB, not FULL
-- severity: warning
-- mend: SET PERSIST binlog_row_image = FULL
SET GLOBAL binlog_row_image = NOBLOB;

-- finds: binlog_row_image = MINIMAL, not FULL
-- mend: SET PERSIST binlog_row_image = FULL
SET GLOBAL binlog_row_image = MINIMAL;

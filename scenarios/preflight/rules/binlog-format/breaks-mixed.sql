-- finds: binlog_format = MIXED, not ROW
-- mend: SET PERSIST binlog_format = ROW
SET GLOBAL binlog_format = MIXED;

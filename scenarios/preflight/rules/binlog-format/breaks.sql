-- finds: binlog_format = STATEMENT, not ROW
-- mend: SET PERSIST binlog_format = ROW
SET GLOBAL binlog_format = STATEMENT;

-- finds: binlog_expire_logs_seconds = 259199, less than 259200; the existing logs have … bytes
-- mend: SET PERSIST binlog_expire_logs_seconds = 259200
SET GLOBAL binlog_expire_logs_seconds = 259199;

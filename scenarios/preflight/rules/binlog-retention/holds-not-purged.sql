SET GLOBAL binlog_expire_logs_seconds = 259199;
SET GLOBAL binlog_expire_logs_auto_purge = OFF;

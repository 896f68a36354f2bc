-- 0 seconds stand for no removal at all.
SET GLOBAL binlog_expire_logs_seconds = 0;

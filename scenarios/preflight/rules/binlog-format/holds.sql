SET SESSION binlog_format = STATEMENT;

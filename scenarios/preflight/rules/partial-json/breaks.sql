-- finds: binlog_row_value_options = PARTIAL_JSON
-- mend: SET PERSIST binlog_row_value_options = ''
SET GLOBAL binlog_row_value_options = 'PARTIAL_JSON';

SET SESSION binlog_row_value_options = 'PARTIAL_JSON';

SET SESSION binlog_row_image = MINIMAL;

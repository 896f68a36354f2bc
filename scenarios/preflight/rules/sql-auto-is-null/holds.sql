SET SESSION sql_auto_is_null = ON;

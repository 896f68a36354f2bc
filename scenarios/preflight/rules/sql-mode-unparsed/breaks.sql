-- finds: sql_mode has ANSI_QUOTES
-- mend: SET PERSIST sql_mode = 'STRICT_TRANS_TABLES'
SET GLOBAL sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES';

-- finds: sql_mode = ''
-- mend: SET PERSIST sql_mode = 'STRICT_TRANS_TABLES'
SET GLOBAL sql_mode = '';

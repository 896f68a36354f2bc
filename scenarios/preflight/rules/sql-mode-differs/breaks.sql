-- finds: sql_mode differs in NO_ZERO_DATE
-- mend on the target: SET PERSIST sql_mode = 'STRICT_TRANS_TABLES'
SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES';
-- On the target.
SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE';

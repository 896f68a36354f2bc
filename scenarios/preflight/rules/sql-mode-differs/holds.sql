-- What decides about reading only.
SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES';
-- On the target.
SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY';

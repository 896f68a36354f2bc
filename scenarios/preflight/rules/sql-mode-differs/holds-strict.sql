-- InnoDB is as strict by the one as by the other.
SET GLOBAL sql_mode = 'STRICT_ALL_TABLES';
-- On the target.
SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES';

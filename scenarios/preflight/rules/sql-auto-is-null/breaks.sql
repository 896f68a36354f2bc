-- finds: sql_auto_is_null = ON
-- mend: SET PERSIST sql_auto_is_null = OFF
SET GLOBAL sql_auto_is_null = ON;

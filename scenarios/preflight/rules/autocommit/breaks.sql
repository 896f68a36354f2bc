-- finds: autocommit = OFF
-- mend: SET PERSIST autocommit = ON
SET GLOBAL autocommit = OFF;

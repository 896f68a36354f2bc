-- finds: read_only = ON
-- mend: SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF
SET GLOBAL read_only = ON;

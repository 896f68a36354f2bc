-- finds: gtid_mode = ON_PERMISSIVE, not ON
-- mend: SET PERSIST gtid_mode = ON
SET GLOBAL gtid_mode = ON_PERMISSIVE;

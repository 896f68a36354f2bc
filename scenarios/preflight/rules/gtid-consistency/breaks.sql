-- finds: enforce_gtid_consistency = OFF, not ON
-- also: gtid-mode
-- mend: SET PERSIST enforce_gtid_consistency = ON
SET GLOBAL gtid_mode = ON_PERMISSIVE;
SET GLOBAL enforce_gtid_consistency = OFF;

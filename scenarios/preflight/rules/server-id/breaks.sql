-- finds: server_id = 0, not a number above 0
-- mend: SET PERSIST server_id = 1
SET GLOBAL server_id = 0;

SET GLOBAL server_id = 2;

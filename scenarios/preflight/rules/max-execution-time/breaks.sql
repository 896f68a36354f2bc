-- finds: max_execution_time = 600000 ms
-- mend: SET PERSIST max_execution_time = 0
SET GLOBAL max_execution_time = 600000;

-- So little that preflight's own statements would be ended.
-- finds: max_execution_time = 1 ms
-- mend: SET PERSIST max_execution_time = 0
SET GLOBAL max_execution_time = 1;

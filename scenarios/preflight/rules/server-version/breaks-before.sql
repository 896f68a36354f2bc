-- instead of its version: 5.7.44-log
-- finds: version 5.7.44-log
SELECT VERSION();

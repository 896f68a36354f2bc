-- target: plain
-- finds: max_allowed_packet = 67109888 on the source, 67108864 on the target
-- mend on the target: SET PERSIST max_allowed_packet = 67109888
SET GLOBAL max_allowed_packet = 67109888;

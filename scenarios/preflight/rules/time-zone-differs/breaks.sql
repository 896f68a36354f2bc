-- target: plain
-- finds: time_zone is +01:00 on the source, +00:00 on the target
-- mend on the target: SET PERSIST time_zone = '+01:00'
SET GLOBAL time_zone = '+01:00';

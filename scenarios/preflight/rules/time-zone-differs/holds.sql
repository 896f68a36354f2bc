-- The target has no zone of its own, and a clock in UTC.
-- target: plain
SET GLOBAL time_zone = '+00:00';

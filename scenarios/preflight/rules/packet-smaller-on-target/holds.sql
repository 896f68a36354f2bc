-- target: plain
SET GLOBAL max_allowed_packet = 67107840;

-- Both reserve it.
-- target: plain
CREATE TABLE city (id BIGINT PRIMARY KEY, `library` BIGINT);

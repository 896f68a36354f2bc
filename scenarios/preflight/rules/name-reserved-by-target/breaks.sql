-- MySQL 9.2 is the first to reserve it.
-- instead of its reserved words, all but: LIBRARY
-- target: plain
-- finds in city: library is reserved on the target
CREATE TABLE city (id BIGINT PRIMARY KEY, `library` BIGINT);

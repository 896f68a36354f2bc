-- target: plain
CREATE TABLE Customer (id BIGINT PRIMARY KEY);

-- also: name-quoted
CREATE TABLE visits (id BIGINT PRIMARY KEY);
CREATE TABLE `visit@replica` (id BIGINT PRIMARY KEY);
CREATE TABLE `visits@home` (id BIGINT PRIMARY KEY);

-- also: name-quoted
CREATE TABLE `客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客` (id BIGINT PRIMARY KEY);

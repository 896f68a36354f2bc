-- also: name-quoted
CREATE TABLE `customer/` (id BIGINT PRIMARY KEY);

CREATE TABLE `_customer_older` (id BIGINT PRIMARY KEY);

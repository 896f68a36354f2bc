CREATE TABLE `customer_list$2` (id BIGINT PRIMARY KEY);

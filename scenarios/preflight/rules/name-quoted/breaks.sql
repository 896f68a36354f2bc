-- finds in customer-list: has characters other than A to Z, digits, _ and $
CREATE TABLE `customer-list` (id BIGINT PRIMARY KEY);

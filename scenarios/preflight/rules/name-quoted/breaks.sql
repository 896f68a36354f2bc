-- finds in customer-list: it has characters other than A to Z, digits, _ and $
CREATE TABLE `customer-list` (id BIGINT PRIMARY KEY);

-- The other one stays.
-- tables: order
CREATE TABLE `order` (id BIGINT PRIMARY KEY);
CREATE TABLE `Order` (id BIGINT PRIMARY KEY);

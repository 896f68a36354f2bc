-- finds in order: differs from Order only in case
-- mend: RENAME TABLE `order` TO …
CREATE TABLE `order` (id BIGINT PRIMARY KEY);
CREATE TABLE `Order` (id BIGINT PRIMARY KEY);

-- finds in customer,corder: it has a comma
-- also: name-quoted
-- mend: RENAME TABLE `customer,corder` TO …
CREATE TABLE `customer,corder` (id BIGINT PRIMARY KEY);

-- tables: visit@primary
-- finds in visit@primary: it is also a routing rule of visit
-- also: name-quoted
-- mend: RENAME TABLE `visit@primary` TO …
CREATE TABLE visit (id BIGINT PRIMARY KEY);
CREATE TABLE `visit@primary` (id BIGINT PRIMARY KEY);

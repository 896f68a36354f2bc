-- finds in visit@replica: it is also a routing rule of visit
-- also: name-quoted
-- mend: RENAME TABLE `visit@replica` TO …
CREATE TABLE visit (id BIGINT PRIMARY KEY);
CREATE TABLE `visit@replica` (id BIGINT PRIMARY KEY);

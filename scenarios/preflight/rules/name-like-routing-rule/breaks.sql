-- finds in visit@replica: vtgate takes it for the rule of visit
-- also: name-quoted
-- mend: RENAME TABLE `visit@replica` TO …
CREATE TABLE visit (id BIGINT PRIMARY KEY);
CREATE TABLE `visit@replica` (id BIGINT PRIMARY KEY);

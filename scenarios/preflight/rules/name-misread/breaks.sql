-- finds in /customer: it begins with a slash
-- also: name-quoted
-- mend: RENAME TABLE `/customer` TO …
CREATE TABLE `/customer` (id BIGINT PRIMARY KEY);

-- finds in 客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客: it has 129 bytes
-- also: name-quoted
-- mend: RENAME TABLE `客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客` TO …
CREATE TABLE `客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客客` (id BIGINT PRIMARY KEY);

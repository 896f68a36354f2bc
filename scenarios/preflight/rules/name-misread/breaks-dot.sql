-- finds in visits.daily: it has a dot
-- also: name-quoted
-- mend: RENAME TABLE `visits.daily` TO …
CREATE TABLE `visits.daily` (id BIGINT PRIMARY KEY);

-- finds in visits.daily: has a dot
-- also: name-quoted
-- mend: RENAME TABLE `visits.daily` TO …
CREATE TABLE `visits.daily` (id BIGINT PRIMARY KEY);

-- Letters beyond ASCII have a case too, and ß is not that of SS.
-- finds in größe: differs from Größe only in case
-- also: name-quoted
-- mend: RENAME TABLE `größe` TO …
CREATE TABLE `Größe` (id BIGINT PRIMARY KEY);
CREATE TABLE `größe` (id BIGINT PRIMARY KEY);
CREATE TABLE `GRÖSSE` (id BIGINT PRIMARY KEY);

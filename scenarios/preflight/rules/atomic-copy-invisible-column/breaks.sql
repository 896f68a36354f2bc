-- foreign keys: atomic-copy
-- finds in customer: note is invisible
-- also: atomic-copy-in-one-go
-- mend: ALTER TABLE `customer` ALTER COLUMN `note` SET VISIBLE
CREATE TABLE customer (id BIGINT PRIMARY KEY, note TEXT INVISIBLE);

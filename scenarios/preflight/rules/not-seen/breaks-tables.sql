-- reads as: reader
-- accounts: filtered=vt@%
-- also: not-checked
-- finds: tables that the account may not read
-- mend: GRANT SELECT ON `commerce`.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT TRIGGER, EVENT, EXECUTE ON commerce.* TO reader;
GRANT REPLICATION CLIENT ON *.* TO reader;
GRANT ALL ON *.* TO vt;

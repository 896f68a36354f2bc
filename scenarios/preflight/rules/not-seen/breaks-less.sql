-- What the rehearsal leaves out need not be seen.
-- reads as: reader
-- accounts: filtered=vt@%
-- left out: triggers
-- severity: note
-- finds: triggers
-- mend: GRANT TRIGGER ON `commerce`.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT SELECT, EVENT, EXECUTE ON commerce.* TO reader;
GRANT SELECT ON mysql.* TO reader;
GRANT REPLICATION CLIENT ON *.* TO reader;
GRANT ALL ON *.* TO vt;

-- reads as: reader
-- accounts: filtered=vt@%
-- also: not-seen
-- finds: grants of vt@%: SELECT command denied to user 'reader'@… for table 'user'
-- mend: GRANT SELECT ON mysql.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT TRIGGER, EVENT, EXECUTE ON commerce.* TO reader;
GRANT REPLICATION CLIENT ON *.* TO reader;
GRANT ALL ON *.* TO vt;

-- reads as: reader
-- accounts: filtered=vt@%
-- finds: grants of vt@%: SELECT command denied to user 'reader'@… for table 'user'
-- finds: tables that the account may not read
-- mend: GRANT SELECT ON mysql.* TO 'reader'@'%'
-- mend: GRANT SELECT ON `commerce`.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT TRIGGER, EVENT, EXECUTE ON commerce.* TO reader;
GRANT REPLICATION CLIENT ON *.* TO reader;
GRANT ALL ON *.* TO vt;

-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no LOCK TABLES on `commerce`.*
-- mend: GRANT LOCK TABLES ON `commerce`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;

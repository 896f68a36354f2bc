-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no RELOAD on *.*
-- mend: GRANT RELOAD ON *.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;

-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no REPLICATION SLAVE on *.*
-- mend: GRANT REPLICATION SLAVE ON *.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;

-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no DELETE on `_vt`.*
-- mend: GRANT DELETE ON `_vt`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, INSERT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE ON _vt.* TO vt;

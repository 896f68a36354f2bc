-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no SELECT on `commerce`.*
-- mend: GRANT SELECT ON `commerce`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT INSERT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
SET GLOBAL partial_revokes = ON;
GRANT SELECT ON *.* TO vt;
REVOKE SELECT ON commerce.* FROM vt;

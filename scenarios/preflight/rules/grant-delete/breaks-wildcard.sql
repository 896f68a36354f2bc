-- With partial revokes % and _ stand for themselves.
-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no DELETE on `commerce`.*
-- mend: GRANT DELETE ON `commerce`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, INSERT, UPDATE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
SET GLOBAL partial_revokes = ON;
GRANT DELETE ON `comm%`.* TO vt;

-- A role that a session does not begin with.
-- accounts: filtered=vt@%
-- finds: vt@%, for filtered, has no INSERT on `commerce`.*
-- mend: GRANT INSERT ON `commerce`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
CREATE ROLE writer;
GRANT INSERT ON commerce.* TO writer;
GRANT writer TO vt;

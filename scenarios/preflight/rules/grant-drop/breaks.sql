-- accounts: dba=vt@%
-- finds: vt@%, for dba, has no DROP on `commerce`.*
-- mend: GRANT DROP ON `commerce`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, LOCK TABLES, ALTER ON commerce.* TO vt;
GRANT REPLICATION CLIENT, PROCESS, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON _vt.* TO vt;

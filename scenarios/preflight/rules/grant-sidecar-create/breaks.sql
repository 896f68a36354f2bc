-- accounts: dba=vt@%
-- finds: vt@%, for dba, has no CREATE on `_vt`.*
-- mend: GRANT CREATE ON `_vt`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, LOCK TABLES, ALTER, DROP ON commerce.* TO vt;
GRANT REPLICATION CLIENT, PROCESS, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE, ALTER, DROP, INDEX ON _vt.* TO vt;

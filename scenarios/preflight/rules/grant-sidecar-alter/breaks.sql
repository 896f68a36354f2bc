-- accounts: dba=vt@%
-- finds: vt@%, for dba, has no ALTER on `_vt`.*
-- mend: GRANT ALTER ON `_vt`.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, LOCK TABLES, ALTER, DROP ON commerce.* TO vt;
GRANT REPLICATION CLIENT, PROCESS, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX ON _vt.* TO vt;

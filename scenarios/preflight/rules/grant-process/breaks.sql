-- accounts: dba=vt@%
-- finds: vt@%, for dba, has no PROCESS on *.*
-- mend: GRANT PROCESS ON *.* TO 'vt'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, LOCK TABLES, ALTER, DROP ON commerce.* TO vt;
GRANT REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON _vt.* TO vt;

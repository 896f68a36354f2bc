-- By a role that a session begins with.
-- accounts: filtered=vt@%
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
CREATE ROLE writer;
GRANT INSERT ON commerce.* TO writer;
GRANT writer TO vt;
SET DEFAULT ROLE writer TO vt;

-- A role that everybody has.
-- accounts: filtered=vt@%
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT SELECT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
CREATE ROLE writer;
GRANT INSERT ON commerce.* TO writer;
SET GLOBAL mandatory_roles = 'writer';
SET GLOBAL activate_all_roles_on_login = ON;

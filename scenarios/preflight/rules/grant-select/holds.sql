-- On every table that moves.
-- accounts: filtered=vt@%
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt;
GRANT INSERT, UPDATE, DELETE, LOCK TABLES ON commerce.* TO vt;
GRANT REPLICATION SLAVE, REPLICATION CLIENT, RELOAD ON *.* TO vt;
GRANT SELECT, INSERT, UPDATE, DELETE ON _vt.* TO vt;
GRANT SELECT ON commerce.customer TO vt;

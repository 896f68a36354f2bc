-- All that preflight asks for.
-- reads as: reader
-- accounts: filtered=vt@%
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT SELECT, TRIGGER, EVENT, EXECUTE ON commerce.* TO reader;
GRANT SELECT ON mysql.* TO reader;
GRANT REPLICATION CLIENT ON *.* TO reader;
GRANT ALL ON *.* TO vt;

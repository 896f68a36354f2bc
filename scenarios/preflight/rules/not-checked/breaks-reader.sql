-- An account that reads the rows and nothing else.
-- reads as: reader
-- also: not-seen
-- finds: grants of Vitess’ accounts: none is named
-- finds: binary logs and replication: SHOW BINARY LOGS and SHOW REPLICA STATUS were refused
-- mend: GRANT REPLICATION CLIENT ON *.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER reader;
GRANT SELECT ON commerce.* TO reader;

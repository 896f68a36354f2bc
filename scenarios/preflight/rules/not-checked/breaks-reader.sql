-- An account that reads the rows and nothing else.
-- reads as: reader
-- finds: grants of Vitess’ accounts: none is named
-- finds: binary logs and replication: SHOW BINARY LOGS and SHOW REPLICA STATUS were refused
-- finds: triggers
-- finds: scheduled events
-- finds: stored routines
-- mend: GRANT REPLICATION CLIENT ON *.* TO 'reader'@'%'
-- mend: GRANT TRIGGER ON `commerce`.* TO 'reader'@'%'
-- mend: GRANT EVENT ON `commerce`.* TO 'reader'@'%'
-- mend: GRANT SHOW_ROUTINE ON *.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER reader;
GRANT SELECT ON commerce.* TO reader;

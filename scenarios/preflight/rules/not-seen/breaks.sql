-- An account that reads the rows and nothing else.
-- reads as: reader
-- accounts: filtered=vt@%
-- also: not-checked
-- finds: triggers
-- finds: scheduled events
-- finds: stored routines
-- mend: GRANT TRIGGER ON `commerce`.* TO 'reader'@'%'
-- mend: GRANT EVENT ON `commerce`.* TO 'reader'@'%'
-- mend: GRANT SHOW_ROUTINE ON *.* TO 'reader'@'%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);
CREATE USER vt, reader;
GRANT SELECT ON commerce.* TO reader;
GRANT ALL ON *.* TO vt;

-- looks at rows: yes
-- also: foreign-key-copied
-- finds in line: foreign key line_invoice is broken by 2 rows, such as the one with the key 1…
CREATE TABLE invoice (id BIGINT PRIMARY KEY);
CREATE TABLE line (
  id BIGINT PRIMARY KEY, invoice_id BIGINT NULL,
  CONSTRAINT line_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
);
INSERT INTO invoice VALUES (1);
SET foreign_key_checks = OFF;
INSERT INTO line VALUES (10, 99), (11, 1), (12, 98), (13, NULL);

-- looks at rows: yes
-- also: foreign-key-copied
-- A CHECK that is not enforced may be broken.
CREATE TABLE invoice (id BIGINT PRIMARY KEY, total INT, CONSTRAINT positive CHECK (total > 0) NOT ENFORCED);
CREATE TABLE line (
  id BIGINT PRIMARY KEY, invoice_id BIGINT NULL,
  CONSTRAINT line_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
);
INSERT INTO invoice VALUES (1, -5);
INSERT INTO line VALUES (11, 1), (13, NULL);

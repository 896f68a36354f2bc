-- about: Bytes inside JSON, as of a BINARY, VARBINARY, BLOB or BIT column.
-- Each value has a table of its own, because a stream stops at the first one.
CREATE TABLE json_of_text_as_bytes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_of_text_as_bytes VALUES (1, 0, JSON_OBJECT('b', CAST('abc' AS BINARY))), (2, 0, NULL);

CREATE TABLE json_of_bytes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_of_bytes VALUES (1, 0, JSON_ARRAY(X'00FF')), (2, 0, NULL);

CREATE TABLE json_of_bits (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_of_bits VALUES (1, 0, JSON_OBJECT('bytes', b'101')), (2, 0, NULL);

CREATE TABLE json_of_bit (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  bits BIT(9),
  doc JSON
);
INSERT INTO json_of_bit (id, bits) VALUES (1, b'101'), (2, NULL);
UPDATE json_of_bit SET doc = JSON_OBJECT('bits', bits) WHERE id = 1;

CREATE TABLE json_of_varbinary (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  varied VARBINARY(9),
  doc JSON
);
INSERT INTO json_of_varbinary (id, varied) VALUES (1, X'00FF'), (2, NULL);
UPDATE json_of_varbinary SET doc = JSON_ARRAY(varied) WHERE id = 1;

CREATE TABLE json_of_blob (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  body BLOB,
  doc JSON
);
INSERT INTO json_of_blob (id, body) VALUES (1, X'FFFE'), (2, NULL);
UPDATE json_of_blob SET doc = JSON_ARRAY(body) WHERE id = 1;

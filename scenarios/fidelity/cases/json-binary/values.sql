-- about: Bytes inside JSON, as of a BINARY, BLOB or BIT column.
CREATE TABLE json_binary (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_binary VALUES
  (1, 0, JSON_OBJECT('b', CAST('abc' AS BINARY))), (2, 0, JSON_ARRAY(X'00FF')), (3, 0, JSON_OBJECT('bytes', b'101'));

CREATE TABLE json_bits (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  bits BIT(9),
  doc JSON
);
INSERT INTO json_bits (id, bits) VALUES (1, b'101'), (2, NULL);
UPDATE json_bits SET doc = JSON_OBJECT('bits', bits) WHERE id = 1;

CREATE TABLE json_column_bytes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  varied VARBINARY(9),
  body BLOB,
  doc JSON
);
INSERT INTO json_column_bytes (id, varied, body) VALUES (1, X'00FF', X'FFFE'), (2, NULL, NULL);
UPDATE json_column_bytes SET doc = JSON_ARRAY(varied, body) WHERE id = 1;

-- about: Bytes of a VARBINARY and a BLOB column inside JSON.
CREATE TABLE json_column_bytes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  varied VARBINARY(9),
  body BLOB,
  doc JSON
);
INSERT INTO json_column_bytes (id, varied, body) VALUES (1, X'00FF', X'FFFE'), (2, NULL, NULL);
UPDATE json_column_bytes SET doc = JSON_ARRAY(varied, body) WHERE id = 1;

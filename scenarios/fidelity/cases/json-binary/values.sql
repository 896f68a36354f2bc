-- about: Bytes inside JSON, as of a BINARY column or a BLOB.
CREATE TABLE json_binary (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_binary VALUES
  (1, 0, JSON_OBJECT('b', CAST('abc' AS BINARY))), (2, 0, JSON_ARRAY(X'00FF')), (3, 0, JSON_OBJECT('bytes', b'101'));

-- about: A value of 16 MB, of which a message of 16 MiB holds one and not two, as an update of another column has it.
CREATE TABLE blob_16_mb (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  body LONGBLOB NOT NULL
);
INSERT INTO blob_16_mb VALUES (1, 0, REPEAT(X'00FF5C27', 4000000)), (2, 0, '');

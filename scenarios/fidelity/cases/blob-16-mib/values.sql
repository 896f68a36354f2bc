-- about: A value of 16 MiB, the largest message that tablets take from each other.
CREATE TABLE blob_16_mib (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  body LONGBLOB NOT NULL
);
INSERT INTO blob_16_mib VALUES (1, 0, REPEAT(X'00FF5C27', 4194304));

-- about: Values of two megabytes.
CREATE TABLE blob_large (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  body LONGBLOB NOT NULL
);
INSERT INTO blob_large VALUES (1, 0, REPEAT(X'00FF5C27', 524288)), (2, 0, REPEAT('x', 2000000));

-- about: Rows of which the binary log leaves out TEXT and BLOB, but not JSON, where an update does not change them.
-- writes with: binlog_row_image = 'NOBLOB'
-- updates are logged as: Update_rows, at most 3000 bytes
CREATE TABLE row_image_noblob (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  name VARCHAR(20) NOT NULL,
  body TEXT,
  bytes BLOB NOT NULL,
  doc JSON
);
INSERT INTO row_image_noblob VALUES
  (1, 0, 'one', REPEAT('ä', 100), REPEAT(X'00FF', 100), JSON_OBJECT('filler', REPEAT('x', 200))),
  (2, 0, 'two', REPEAT('ä', 100), REPEAT(X'00FE', 100), JSON_OBJECT('filler', REPEAT('y', 200))),
  (3, 0, 'three', NULL, REPEAT(X'00FE', 100), JSON_OBJECT('filler', REPEAT('y', 200))),
  (4, 0, 'four', '', '', NULL);

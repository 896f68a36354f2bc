-- about: JSON of which the binary log has only the members that came and went.
-- writes with: binlog_row_value_options = PARTIAL_JSON
-- updates are logged as: Update_rows_partial, at most 4500 bytes
-- changes json_partial_members.doc to: JSON_SET(JSON_REMOVE(own.doc, '$.k1', '$.k2', '$.k3'), CONCAT('$.k', other.id), other.id)
CREATE TABLE json_partial_members (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_partial_members VALUES
  (1, 0, JSON_OBJECT('k1', 1, 'filler', REPEAT('x', 1000))),
  (2, 0, JSON_OBJECT('k2', 2, 'filler', REPEAT('x', 1000))),
  (3, 0, JSON_OBJECT('k3', 3, 'filler', REPEAT('x', 1000)));

-- about: JSON of which the binary log has only the part that changed.
-- writes with: binlog_row_value_options = PARTIAL_JSON
-- updates are logged as: Update_rows_partial, at most 4500 bytes
-- changes json_partial.doc to: JSON_SET(own.doc, '$.counter', other.doc->'$.counter', '$.name', other.doc->'$.name', '$.list[1]', other.doc->'$.list[1]')
CREATE TABLE json_partial (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_partial VALUES
  (1, 0, JSON_OBJECT('counter', 1, 'name', 'one', 'list', JSON_ARRAY(0, 1, 2), 'filler', REPEAT('x', 1000))),
  (2, 0, JSON_OBJECT('counter', 22, 'name', 'two', 'list', JSON_ARRAY(0, 22, 2), 'filler', REPEAT('x', 1000))),
  (3, 0, JSON_OBJECT('counter', 3, 'name', '''"', 'list', JSON_ARRAY(0, 'x', 2), 'filler', REPEAT('x', 1000)));

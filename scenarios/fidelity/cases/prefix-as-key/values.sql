-- about: TEXT and BLOB of which the primary key has the beginning.
CREATE TABLE prefix_as_key (
  body TEXT NOT NULL,
  bytes BLOB NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (body(10), bytes(4), id)
);
INSERT INTO prefix_as_key (id, body, bytes) VALUES
  (1, 'the same beginning, one', X'00FF5C27AA'), (2, 'the same beginning, two', X'00FF5C27BB'), (3, '', ''), (4, '😀', X'00');

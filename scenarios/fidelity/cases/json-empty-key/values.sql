-- about: A JSON document that ends with an object whose only key is empty.
-- Each value has a table of its own, because a stream stops at the first one.
CREATE TABLE json_empty_key (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_empty_key VALUES (1, 0, '{"": 0}'), (2, 0, NULL);

CREATE TABLE json_empty_key_in_array (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_empty_key_in_array VALUES (1, 0, '["a", {"": 0}]'), (2, 0, NULL);

-- about: The empty value of an ENUM that a server without a strict sql_mode stores in place of one that it does not know: index 0.
SET SESSION sql_mode = '';
CREATE TABLE enum_index_zero (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  chosen ENUM('a', 'b') NOT NULL,
  with_empty ENUM('a', '')
);
INSERT INTO enum_index_zero VALUES (1, 0, 'unknown', 'unknown'), (2, 0, 'a', ''), (3, 0, 'b', NULL);

CREATE TABLE enum_index_zero_as_key (
  chosen ENUM('a', 'b') NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (chosen, id)
);
INSERT INTO enum_index_zero_as_key (id, chosen) SELECT id, chosen FROM enum_index_zero;

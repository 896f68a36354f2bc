-- about: Columns that the target has in another order, in tables that were created there before the copy (`target.sql`). Columns of one type follow each other, so that no type shows it if two are taken for each other.
CREATE TABLE columns_reordered (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  first_name VARCHAR(20),
  last_name VARCHAR(20),
  small INT,
  large INT NOT NULL,
  total BIGINT AS (small + large) STORED,
  kind ENUM('a', 'b', 'c') NOT NULL,
  other_kind ENUM('c', 'b', 'a') NOT NULL,
  doc JSON,
  other_doc JSON,
  bytes VARBINARY(20),
  other_bytes BLOB
);
INSERT INTO columns_reordered (id, first_name, last_name, small, large, kind, other_kind, doc, other_doc, bytes, other_bytes) VALUES
  (1, 'straße', '', 1, 2, 'a', 'a', '{"a": 1}', '[1]', X'00FF', X'FF00'),
  (2, NULL, 'é', -2147483648, 2147483647, 'b', 'c', NULL, '{"b": null}', NULL, X'00'),
  (3, 'first', NULL, NULL, 0, 'c', 'b', '"doc"', NULL, X'', NULL);

CREATE TABLE columns_reordered_as_key (
  first_code INT NOT NULL,
  last_code INT NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (first_code, last_code, id)
);
INSERT INTO columns_reordered_as_key (id, first_code, last_code) VALUES (1, 1, 2), (2, 2, 1), (3, 0, 3);

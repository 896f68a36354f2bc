CREATE TABLE columns_reordered (
  other_bytes BLOB,
  bytes VARBINARY(20),
  other_doc JSON,
  doc JSON,
  other_kind ENUM('c', 'b', 'a') NOT NULL,
  kind ENUM('a', 'b', 'c') NOT NULL,
  total BIGINT AS (small + large) STORED,
  large INT NOT NULL,
  small INT,
  last_name VARCHAR(20),
  first_name VARCHAR(20),
  touched INT NOT NULL DEFAULT 0,
  id INT NOT NULL PRIMARY KEY
);

-- The key itself has its columns in the same order; another one is another key.
CREATE TABLE columns_reordered_as_key (
  touched INT NOT NULL DEFAULT 0,
  id INT NOT NULL,
  last_code INT NOT NULL,
  first_code INT NOT NULL,
  PRIMARY KEY (first_code, last_code, id)
);

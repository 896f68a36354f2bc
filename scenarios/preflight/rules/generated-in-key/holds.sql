-- The rest of each key is unique, or what is generated follows from it.
CREATE TABLE visit (
  user_id INT,
  began DATETIME NOT NULL,
  day DATE AS (DATE(began)) STORED,
  PRIMARY KEY (user_id, day),
  UNIQUE KEY (user_id)
);
CREATE TABLE part (id INT, bucket INT AS (id % 16) STORED, PRIMARY KEY (bucket, id));
CREATE TABLE tag (
  name VARCHAR(9) COLLATE utf8mb4_bin,
  number_of INT AS (CRC32(name)) STORED,
  bucket INT AS (number_of % 16) STORED,
  PRIMARY KEY (bucket, name)
);
CREATE TABLE page (id INT PRIMARY KEY, name VARCHAR(9), folded VARCHAR(9) AS (LOWER(name)) STORED NOT NULL UNIQUE);

-- about: Several character sets in one table, and one that the table has by default.
CREATE TABLE text_mixed (
  in_latin1 VARCHAR(20) CHARACTER SET latin1 NOT NULL,
  in_utf8mb3 VARCHAR(20) CHARACTER SET utf8mb3,
  id INT NOT NULL,
  in_utf8mb4 VARCHAR(20) CHARACTER SET utf8mb4,
  by_default VARCHAR(20),
  chosen ENUM('ä', 'ö', 'é') CHARACTER SET utf8mb4,
  several SET('ä', 'ö', 'é') CHARACTER SET utf8mb3,
  in_binary VARBINARY(20),
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (in_latin1, id)
) DEFAULT CHARACTER SET latin1;
INSERT INTO text_mixed (id, in_latin1, in_utf8mb3, in_utf8mb4, by_default, chosen, several, in_binary) VALUES
  (1, 'é', 'é', 'é', 'é', 'é', 'é,ä', 'é'), (2, 'ä ', '日本', '😀', 'ÿ', 'ä', 'ä,ö,é', X'FF00FE'), (3, '', NULL, NULL, NULL, NULL, NULL, NULL);

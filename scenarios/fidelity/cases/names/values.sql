-- about: Names of tables and columns that are not plain ASCII, are reserved words, or must be quoted.
CREATE TABLE `größe 名前` (
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  `ключ` VARCHAR(20) NOT NULL,
  `名前` VARCHAR(20),
  `select` INT,
  `with blank` INT,
  `back``quote` INT,
  `quote'"` INT,
  `per%cent` INT,
  `dot.ted` INT,
  `dash-ed` INT,
  `1` INT,
  PRIMARY KEY (`ключ`, id)
);
INSERT INTO `größe 名前` VALUES (1, 0, 'a', 'b', 1, 2, 3, 4, 5, 6, 7, 8), (2, 0, 'ключ', '名前', -1, -2, -3, -4, -5, -6, -7, -8),
  (3, 0, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

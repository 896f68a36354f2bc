-- about: ENUM and SET in latin1, whose members are not plain ASCII.
CREATE TABLE enum_latin1 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  chosen ENUM('plain', 'ä', '€') CHARACTER SET latin1,
  several SET('plain', 'ä', '€') CHARACTER SET latin1
);
INSERT INTO enum_latin1 VALUES (1, 0, 'plain', 'plain'), (2, 0, 'ä', 'ä'), (3, 0, '€', 'plain,€'), (4, 0, NULL, NULL);

CREATE TABLE enum_latin1_as_key (
  chosen ENUM('plain', 'ä', '€') CHARACTER SET latin1 NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (chosen, id)
);
INSERT INTO enum_latin1_as_key (id, chosen) SELECT id, chosen FROM enum_latin1 WHERE id < 3;

-- about: Texts in utf8mb3.
CREATE TABLE text_utf8mb3 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10) CHARACTER SET utf8mb3,
  varied VARCHAR(40) CHARACTER SET utf8mb3,
  body TEXT CHARACTER SET utf8mb3
);
INSERT INTO text_utf8mb3 (id, varied) VALUES
  (1, ''), (2, 'ü '), (3, '€'), (4, _utf8mb3 X'610062'), (5, _utf8mb3 X'65CC81'), (6, _utf8mb3 X'EFBFBD');
UPDATE text_utf8mb3 SET fixed = varied, body = varied;
INSERT INTO text_utf8mb3 (id) SELECT COUNT(*) + 1 FROM text_utf8mb3;

CREATE TABLE text_utf8mb3_as_key (
  varied VARCHAR(40) CHARACTER SET utf8mb3 NOT NULL,
  fixed CHAR(10) CHARACTER SET utf8mb3 NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (varied, fixed, id)
);
INSERT INTO text_utf8mb3_as_key (id, varied, fixed) SELECT id, varied, fixed FROM text_utf8mb3 WHERE varied IS NOT NULL;

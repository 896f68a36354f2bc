-- about: Texts in latin1, which is cp1252 to MySQL, with bytes that cp1252 does not have.
CREATE TABLE text_latin1 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10) CHARACTER SET latin1,
  varied VARCHAR(40) CHARACTER SET latin1,
  body TEXT CHARACTER SET latin1
);
INSERT INTO text_latin1 (id, varied) VALUES
  (1, ''), (2, 'ü '), (3, '€'), (4, _latin1 X'FF00A0'), (5, _latin1 X'818D8F909D'), (6, _latin1 X'5C27221A');
UPDATE text_latin1 SET fixed = varied, body = varied;
INSERT INTO text_latin1 (id) SELECT COUNT(*) + 1 FROM text_latin1;

CREATE TABLE text_latin1_as_key (
  varied VARCHAR(40) CHARACTER SET latin1 NOT NULL,
  fixed CHAR(10) CHARACTER SET latin1 NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (varied, fixed, id)
);
INSERT INTO text_latin1_as_key (id, varied, fixed) SELECT id, varied, fixed FROM text_latin1 WHERE varied IS NOT NULL;

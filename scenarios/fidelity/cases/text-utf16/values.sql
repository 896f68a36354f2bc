-- about: Texts in utf16, with surrogate pairs and NUL.
CREATE TABLE text_utf16 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10) CHARACTER SET utf16,
  varied VARCHAR(40) CHARACTER SET utf16,
  body TEXT CHARACTER SET utf16
);
INSERT INTO text_utf16 (id, varied) VALUES
  (1, ''), (2, 'a'), (3, '😀'), (4, _utf16 X'0061000000620020'), (5, _utf16 X'00E9'), (6, _utf16 X'00650301');
UPDATE text_utf16 SET fixed = varied, body = varied;
INSERT INTO text_utf16 (id) SELECT COUNT(*) + 1 FROM text_utf16;

CREATE TABLE text_utf16_as_key (
  varied VARCHAR(40) CHARACTER SET utf16 NOT NULL,
  fixed CHAR(10) CHARACTER SET utf16 NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (varied, fixed, id)
);
INSERT INTO text_utf16_as_key (id, varied, fixed) SELECT id, varied, fixed FROM text_utf16 WHERE varied IS NOT NULL;

-- about: Texts in sjis, among them a character whose second byte is a backslash.
CREATE TABLE text_sjis (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10) CHARACTER SET sjis,
  varied VARCHAR(40) CHARACTER SET sjis,
  body TEXT CHARACTER SET sjis
);
INSERT INTO text_sjis (id, varied) VALUES
  (1, ''), (2, _sjis X'835C'), (3, _sjis X'93FA967B'), (4, _sjis X'955C27'), (5, _sjis X'B1B2'), (6, 'a ');
UPDATE text_sjis SET fixed = varied, body = varied;
INSERT INTO text_sjis (id) SELECT COUNT(*) + 1 FROM text_sjis;

CREATE TABLE text_sjis_as_key (
  varied VARCHAR(40) CHARACTER SET sjis NOT NULL,
  fixed CHAR(10) CHARACTER SET sjis NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (varied, fixed, id)
);
INSERT INTO text_sjis_as_key (id, varied, fixed) SELECT id, varied, fixed FROM text_sjis WHERE varied IS NOT NULL;

-- about: Texts in gbk, among them a character whose second byte is a backslash.
CREATE TABLE text_gbk (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(10) CHARACTER SET gbk,
  varied VARCHAR(40) CHARACTER SET gbk,
  body TEXT CHARACTER SET gbk
);
INSERT INTO text_gbk (id, varied) VALUES
  (1, ''), (2, _gbk X'D6D0B9FA'), (3, _gbk X'BF5C'), (4, _gbk X'815C27'), (5, 'a ');
UPDATE text_gbk SET fixed = varied, body = varied;
INSERT INTO text_gbk (id) SELECT COUNT(*) + 1 FROM text_gbk;

CREATE TABLE text_gbk_as_key (
  varied VARCHAR(40) CHARACTER SET gbk NOT NULL,
  fixed CHAR(10) CHARACTER SET gbk NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (varied, fixed, id)
);
INSERT INTO text_gbk_as_key (id, varied, fixed) SELECT id, varied, fixed FROM text_gbk WHERE varied IS NOT NULL;

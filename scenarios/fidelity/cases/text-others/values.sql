-- about: Character sets that are seldom met.
CREATE TABLE text_others (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  in_ascii VARCHAR(20) CHARACTER SET ascii,
  in_ucs2 VARCHAR(20) CHARACTER SET ucs2,
  in_utf32 VARCHAR(20) CHARACTER SET utf32,
  in_utf16le VARCHAR(20) CHARACTER SET utf16le
);
INSERT INTO text_others VALUES (1, 0, 'a', 'é', '😀', '😀'), (2, 0, '', '', '', ''), (3, 0, 'b ', 'b ', 'b ', 'b '),
  (4, 0, NULL, NULL, NULL, NULL);

CREATE TABLE text_others_as_key (
  in_ascii VARCHAR(20) CHARACTER SET ascii NOT NULL,
  in_ucs2 VARCHAR(20) CHARACTER SET ucs2 NOT NULL,
  in_utf32 VARCHAR(20) CHARACTER SET utf32 NOT NULL,
  in_utf16le VARCHAR(20) CHARACTER SET utf16le NOT NULL,
  tiny TINYTEXT NOT NULL,
  medium MEDIUMTEXT NOT NULL,
  body TEXT NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (in_ascii, in_ucs2, in_utf32, in_utf16le, id)
);
INSERT INTO text_others_as_key (id, in_ascii, in_ucs2, in_utf32, in_utf16le, tiny, medium, body)
  SELECT id, in_ascii, in_ucs2, in_utf32, in_utf16le, in_utf32, REPEAT(CONCAT(in_utf32, '😀'), 5000), in_utf32
  FROM text_others WHERE id < 4;

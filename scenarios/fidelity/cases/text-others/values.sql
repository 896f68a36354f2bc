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

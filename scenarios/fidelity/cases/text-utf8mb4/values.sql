-- about: CHAR, VARCHAR and TEXT in utf8mb4 with five collations: blanks at the end, NUL, 0x1A, emoji, combining forms, and texts that a collation calls equal.
CREATE TABLE text_utf8mb4 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed CHAR(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci,
  fixed_bin CHAR(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  any_case VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci,
  by_accent VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_as_cs,
  general VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
  by_bytes VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  unicode VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci,
  body TEXT CHARACTER SET utf8mb4,
  long_body LONGTEXT CHARACTER SET utf8mb4
);
INSERT INTO text_utf8mb4 (id, by_bytes) VALUES
  (1, ''), (2, 'a'), (3, 'a '), (4, 'A'), (5, _utf8mb4 X'610062'), (6, _utf8mb4 X'1A'), (7, '\\'), (8, '''"`'),
  (9, '\r\n\t'), (10, '😀'), (11, '😁'), (12, '🏳️‍🌈'), (13, _utf8mb4 X'C3A9'), (14, _utf8mb4 X'65CC81'), (15, 'ß'),
  (16, 'ss'), (17, '%_'), (18, ' a'), (19, _utf8mb4 X'F48FBFBF'), (20, 'NULL'), (21, _utf8mb4 X'EFBBBF');
UPDATE text_utf8mb4 SET fixed = by_bytes, fixed_bin = by_bytes, any_case = by_bytes, by_accent = by_bytes, general = by_bytes,
  unicode = by_bytes, body = by_bytes, long_body = REPEAT(CONCAT(by_bytes, '💾'), 5000);
INSERT INTO text_utf8mb4 (id) VALUES (22);

CREATE TABLE text_utf8mb4_as_key (
  any_case VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL,
  by_accent VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_as_cs NOT NULL,
  general VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  by_bytes VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fixed CHAR(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (any_case, by_accent, general, by_bytes, fixed, id)
);
INSERT INTO text_utf8mb4_as_key (id, any_case, by_accent, general, by_bytes, fixed)
  SELECT id, any_case, by_accent, general, by_bytes, fixed FROM text_utf8mb4 WHERE id < 22;

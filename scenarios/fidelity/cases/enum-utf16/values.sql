-- about: ENUM and SET in utf16, utf16le, ucs2 and utf32, whose members are plain ASCII.
CREATE TABLE enum_utf16 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  chosen ENUM('a', 'b', 'cd') CHARACTER SET utf16,
  several SET('a', 'b', 'cd') CHARACTER SET utf16,
  little_endian ENUM('a', 'b', 'cd') CHARACTER SET utf16le,
  of_ucs2 ENUM('a', 'b', 'cd') CHARACTER SET ucs2,
  of_utf32 ENUM('a', 'b', 'cd') CHARACTER SET utf32
);
INSERT INTO enum_utf16 VALUES
  (1, 0, 'a', 'a', 'a', 'a', 'a'), (2, 0, 'b', 'a,b', 'b', 'b', 'b'), (3, 0, 'cd', 'cd', 'cd', 'cd', 'cd'), (4, 0, NULL, NULL, NULL, NULL, NULL);

-- finds in dish: size (utf16), extras (ucs2), kind (utf16le), spice (utf32)
CREATE TABLE dish (
  id BIGINT PRIMARY KEY,
  size ENUM('small', 'large') CHARACTER SET utf16,
  extras SET('r', 's') CHARACTER SET ucs2,
  kind ENUM('a', 'b') CHARACTER SET utf16le,
  spice ENUM('a', 'hot') CHARACTER SET utf32,
  portion ENUM('s', 'l') CHARACTER SET utf16
);

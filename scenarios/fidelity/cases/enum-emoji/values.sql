-- about: ENUM and SET with a member beyond the basic plane of Unicode.
CREATE TABLE enum_emoji (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  chosen ENUM('plain', '😀') CHARACTER SET utf8mb4,
  several SET('plain', '😀') CHARACTER SET utf8mb4
);
INSERT INTO enum_emoji VALUES (1, 0, 'plain', 'plain'), (2, 0, '😀', '😀'), (3, 0, NULL, NULL);

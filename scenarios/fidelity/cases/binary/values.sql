-- about: Bytes: BINARY(16) that holds 15, zeros at the end, bytes that are no UTF-8, and those that SQL escapes.
CREATE TABLE bytes (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  fixed BINARY(16),
  varied VARBINARY(300),
  tiny TINYBLOB,
  body BLOB,
  medium MEDIUMBLOB,
  longest LONGBLOB
);
INSERT INTO bytes (id, fixed, varied) VALUES
  (1, X'000102030405060708090A0B0C0D0E', X'000102030405060708090A0B0C0D0E'), (2, '', ''), (3, X'FFFE8081C0AF', X'FFFE8081C0AF00'),
  (4, X'00', X'00'), (5, X'61620000', X'61620000'), (6, X'6120', X'6120'), (7, X'5C27221A0D0A', X'5C27221A0D0A'),
  (8, REPEAT(X'FF', 16), REPEAT(X'FF', 255));
UPDATE bytes SET tiny = varied, body = varied, medium = REPEAT(varied, 300), longest = REPEAT(varied, 3000);
INSERT INTO bytes (id) VALUES (9);

CREATE TABLE bytes_as_key (
  fixed BINARY(16) NOT NULL,
  varied VARBINARY(300) NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (fixed, varied, id)
);
INSERT INTO bytes_as_key (id, fixed, varied) SELECT id, fixed, varied FROM bytes WHERE id < 9;

-- about: Integers of every size at both ends of their range, and zero.
CREATE TABLE integers (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  tiny TINYINT,
  small SMALLINT,
  medium MEDIUMINT,
  whole INT,
  big BIGINT,
  tiny_unsigned TINYINT UNSIGNED,
  small_unsigned SMALLINT UNSIGNED,
  medium_unsigned MEDIUMINT UNSIGNED,
  whole_unsigned INT UNSIGNED,
  big_unsigned BIGINT UNSIGNED,
  truth BOOL,
  filled INT(5) ZEROFILL,
  bit_1 BIT(1),
  bit_8 BIT(8),
  bit_16 BIT(16),
  bit_64 BIT(64)
);
INSERT INTO integers VALUES
  (1, 0, -128, -32768, -8388608, -2147483648, -9223372036854775808, 0, 0, 0, 0, 0, FALSE, 0, b'0', b'0', b'0', b'0'),
  (2, 0, 0, 0, 0, 0, 0, 128, 32768, 8388608, 2147483648, 9223372036854775808, TRUE, 7, b'1', 0x80, 0x8000, 0x8000000000000000),
  (3, 0, 127, 32767, 8388607, 2147483647, 9223372036854775807, 255, 65535, 16777215, 4294967295, 18446744073709551615, -1, 4294967295, b'1', 0xFF, 0xFFFF, 0xFFFFFFFFFFFFFFFF),
  (4, 0, -1, -1, -1, -1, -1, 127, 32767, 8388607, 2147483647, 9223372036854775807, 127, 99999, b'0', 0x27, 0x5C27, 0x005C0A0D001A2722),
  (5, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE integers_as_key (
  tiny TINYINT NOT NULL,
  small_unsigned SMALLINT UNSIGNED NOT NULL,
  medium MEDIUMINT NOT NULL,
  whole_unsigned INT UNSIGNED NOT NULL,
  big BIGINT NOT NULL,
  big_unsigned BIGINT UNSIGNED NOT NULL,
  bit_64 BIT(64) NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (big_unsigned, tiny, small_unsigned, medium, whole_unsigned, big, bit_64, id)
);
INSERT INTO integers_as_key (id, tiny, small_unsigned, medium, whole_unsigned, big, big_unsigned, bit_64)
  SELECT id, tiny, small_unsigned, medium, whole_unsigned, big, big_unsigned, bit_64 FROM integers WHERE id < 5;

CREATE TABLE integers_as_key_too (
  tiny_unsigned TINYINT UNSIGNED NOT NULL,
  small SMALLINT NOT NULL,
  medium_unsigned MEDIUMINT UNSIGNED NOT NULL,
  whole INT NOT NULL,
  bit_1 BIT(1) NOT NULL,
  bit_8 BIT(8) NOT NULL,
  bit_16 BIT(16) NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (tiny_unsigned, small, medium_unsigned, whole, bit_1, bit_8, bit_16, id)
);
INSERT INTO integers_as_key_too (id, tiny_unsigned, small, medium_unsigned, whole, bit_1, bit_8, bit_16)
  SELECT id, tiny_unsigned, small, medium_unsigned, whole, bit_1, bit_8, bit_16 FROM integers WHERE id < 5;

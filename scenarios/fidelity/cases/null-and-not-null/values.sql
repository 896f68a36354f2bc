-- about: Types that the other cases have only as NULL, or only as NOT NULL.
CREATE TABLE null_and_not_null (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  tiny_bytes TINYBLOB NOT NULL,
  medium_bytes MEDIUMBLOB NOT NULL,
  long_text LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
  line LINESTRING NOT NULL,
  areas MULTIPOLYGON NOT NULL,
  several GEOMETRYCOLLECTION NOT NULL,
  tiny_text TINYTEXT CHARACTER SET utf8mb4,
  medium_text MEDIUMTEXT CHARACTER SET utf8mb4,
  lines_of MULTILINESTRING
);
INSERT INTO null_and_not_null VALUES
  (1, 0, X'00FF20', REPEAT(X'00FF20', 300), REPEAT('é😀', 5000), ST_GeomFromText('LINESTRING(0 0,1 1,2 0)'),
    ST_GeomFromText('MULTIPOLYGON(((0 0,0 3,3 3,3 0,0 0)))'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))'),
    'é😀 ', REPEAT('é😀 ', 5000), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))')),
  (2, 0, '', '', '', ST_GeomFromText('LINESTRING(0 0,0 0)'),
    ST_GeomFromText('MULTIPOLYGON(((1 1,1 2,2 2,2 1,1 1)),((5 5,5 6,6 6,6 5,5 5)))'), ST_GeomFromText('GEOMETRYCOLLECTION EMPTY'),
    '', '', ST_GeomFromText('MULTILINESTRING((0 0,-1 -1))')),
  (3, 0, X'0A0D1A', X'0A0D1A', 'a', ST_GeomFromText('LINESTRING(1 1,2 2)', 4326),
    ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,1 0,0 0)))', 4326), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))', 4326),
    NULL, NULL, NULL);

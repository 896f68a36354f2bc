-- about: Spatial types without a reference system and in SRID 4326.
CREATE TABLE spatial_values (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  at POINT NOT NULL SRID 4326,
  flat POINT SRID 0,
  line LINESTRING,
  area POLYGON,
  points MULTIPOINT,
  areas MULTIPOLYGON,
  anything GEOMETRY,
  several GEOMETRYCOLLECTION,
  SPATIAL KEY (at)
);
INSERT INTO spatial_values VALUES
  (1, 0, ST_GeomFromText('POINT(52.5 13.4)', 4326), POINT(1.5, -2.5), ST_GeomFromText('LINESTRING(0 0,1 1,2 0)'), ST_GeomFromText('POLYGON((0 0,0 3,3 3,3 0,0 0),(1 1,1 2,2 2,2 1,1 1))'), ST_GeomFromText('MULTIPOINT(0 0,1 1)'), ST_GeomFromText('MULTIPOLYGON(((0 0,0 3,3 3,3 0,0 0)))'), POINT(1, 2), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))')),
  (2, 0, ST_GeomFromText('POINT(-89.9 179.9)', 4326), POINT(1.7976931348623157e308, 5e-324), ST_GeomFromText('LINESTRING(0 0,0 0)'), NULL, NULL, NULL, ST_GeomFromText('POINT(10 20)', 4326), ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')),
  (3, 0, ST_GeomFromText('POINT(0 0)', 4326), NULL, NULL, NULL, NULL, NULL, ST_GeomFromText('LINESTRING(1 1,2 2)', 3857), NULL);

CREATE TABLE spatial_not_null (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  area POLYGON NOT NULL SRID 4326,
  lines_of MULTILINESTRING NOT NULL SRID 4326,
  points MULTIPOINT NOT NULL SRID 0,
  anything GEOMETRY NOT NULL
);
INSERT INTO spatial_not_null VALUES
  (1, 0, ST_GeomFromText('POLYGON((50 10,50 11,51 11,51 10,50 10))', 4326),
    ST_GeomFromText('MULTILINESTRING((50 10,51 11),(-1 -2,3 4))', 4326), ST_GeomFromText('MULTIPOINT(0 0,-1 1)'),
    ST_GeomFromText('MULTILINESTRING((0 0,1 1))')),
  (2, 0, ST_GeomFromText('POLYGON((-1 -1,-1 1,1 1,1 -1,-1 -1))', 4326),
    ST_GeomFromText('MULTILINESTRING((0 179,0 -179))', 4326), ST_GeomFromText('MULTIPOINT(5 5)'),
    ST_GeomFromText('POINT(1 2)', 4326));

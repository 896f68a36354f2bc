-- about: Indexes of every kind: functional, descending, of a prefix, fulltext, spatial, of many values, invisible, and a unique one of an expression.
CREATE TABLE indexes_of_kinds (
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  name VARCHAR(200),
  body TEXT,
  at POINT NOT NULL SRID 4326,
  doc JSON,
  amount INT,
  PRIMARY KEY (id DESC),
  KEY functional ((LOWER(name))),
  KEY descending (amount DESC, name),
  KEY prefix (name(10)),
  KEY hidden (amount) INVISIBLE,
  UNIQUE KEY own ((id * 2)),
  FULLTEXT KEY words (body),
  SPATIAL KEY place (at),
  KEY tags ((CAST(doc->'$.tags' AS UNSIGNED ARRAY)))
);
INSERT INTO indexes_of_kinds (id, name, body, at, doc, amount) VALUES
  (1, 'Straße', 'words of one language', ST_GeomFromText('POINT(1 2)', 4326), '{"tags": [1, 2, 18446744073709551615]}', 5),
  (2, '', '', ST_GeomFromText('POINT(-1 -2)', 4326), '{"tags": []}', -5),
  (3, NULL, NULL, ST_GeomFromText('POINT(0 0)', 4326), NULL, NULL);

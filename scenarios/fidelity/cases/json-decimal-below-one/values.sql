-- about: A DECIMAL inside JSON whose integer part is zero; only a negative one does not stop the stream.
-- Each value has a table of its own, because a stream stops at the first one.
CREATE TABLE json_decimal_in_object (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_decimal_in_object VALUES (1, 0, JSON_OBJECT('share', CAST(0.25 AS DECIMAL(4,3)))), (2, 0, NULL);

CREATE TABLE json_decimal_alone (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_decimal_alone VALUES (1, 0, CAST(CAST(0.001 AS DECIMAL(4,3)) AS JSON)), (2, 0, NULL);

CREATE TABLE json_decimal_negative (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_decimal_negative VALUES (1, 0, JSON_ARRAY(CAST(-0.5 AS DECIMAL(2,1)))), (2, 0, NULL);

CREATE TABLE json_decimal_zero (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_decimal_zero VALUES (1, 0, JSON_OBJECT('price', CAST(0 AS DECIMAL(10,2)))), (2, 0, NULL);

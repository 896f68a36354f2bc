-- about: A DECIMAL inside JSON whose integer part is zero.
CREATE TABLE json_decimal_below_one (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_decimal_below_one VALUES
  (1, 0, JSON_OBJECT('share', CAST(0.25 AS DECIMAL(4,3)))),
  (2, 0, CAST(CAST(0.001 AS DECIMAL(4,3)) AS JSON)),
  (3, 0, JSON_ARRAY(CAST(-0.5 AS DECIMAL(2,1))));

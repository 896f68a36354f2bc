-- about: A DOUBLE inside JSON that is below 1, as every parser of JSON makes of 0.5.
CREATE TABLE json_double_below_one (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_double_below_one VALUES (1, 0, '{"share": 0.5}'), (2, 0, '-0.25'), (3, 0, '[1, 0.1]');

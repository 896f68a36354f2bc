-- about: A DOUBLE inside JSON that is below 1, as every parser of JSON makes of 0.5; only a negative one does not stop the stream.
-- Each value has a table of its own, because a stream stops at the first one.
CREATE TABLE json_double_in_object (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_double_in_object VALUES (1, 0, '{"share": 0.5}'), (2, 0, NULL);

CREATE TABLE json_double_negative (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_double_negative VALUES (1, 0, '-0.25'), (2, 0, NULL);

CREATE TABLE json_double_in_array (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_double_in_array VALUES (1, 0, '[1, 0.1]'), (2, 0, NULL);

CREATE TABLE json_double_zero (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON
);
INSERT INTO json_double_zero VALUES (1, 0, '{"share": 0.0}'), (2, 0, NULL);

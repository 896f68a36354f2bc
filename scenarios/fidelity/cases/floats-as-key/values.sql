-- about: FLOAT as a part of the primary key.
CREATE TABLE floats_as_key (
  single FLOAT NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (single, id)
);
INSERT INTO floats_as_key (single, id) VALUES (0.5, 1), (0.1, 2), (16777216, 3), (-3.4028234663852886e38, 4);

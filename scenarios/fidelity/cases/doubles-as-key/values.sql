-- about: DOUBLE as a part of the primary key.
CREATE TABLE doubles_as_key (
  twice DOUBLE NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (twice, id)
);
INSERT INTO doubles_as_key (twice, id) VALUES (0.5, 1), (0.1, 2), (1.7976931348623157e308, 3), (5e-324, 4), (0.30000000000000004, 5);

-- about: AUTO_INCREMENT columns that hold 0 and negative numbers.
CREATE TABLE auto_increment_values (
  number INT NOT NULL AUTO_INCREMENT,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (number, id)
);
INSERT INTO auto_increment_values (number, id) VALUES (0, 1), (-5, 2), (2147483646, 3);

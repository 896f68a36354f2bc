-- about: A BIT column inside JSON.
CREATE TABLE json_bits (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  bits BIT(9),
  doc JSON
);
INSERT INTO json_bits (id, bits) VALUES (1, b'101'), (2, NULL);
UPDATE json_bits SET doc = JSON_OBJECT('bits', bits) WHERE id = 1;

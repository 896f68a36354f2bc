-- A DECIMAL has no -0, and what MySQL computes is not copied.
CREATE TABLE place (
  id BIGINT PRIMARY KEY,
  height DOUBLE,
  price DECIMAL(5,2),
  depth DOUBLE AS (-height)
);
INSERT INTO place (id, height, price) VALUES (1, 0, -0.0), (2, -0.5, -0e0), (3, NULL, NULL);

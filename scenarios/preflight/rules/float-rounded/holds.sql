-- What MySQL computes is not copied, and with a fixed number of decimals the text has all digits.
CREATE TABLE place (
  id BIGINT PRIMARY KEY,
  latitude DOUBLE NOT NULL,
  price FLOAT(7,4),
  rounded FLOAT AS (latitude)
);

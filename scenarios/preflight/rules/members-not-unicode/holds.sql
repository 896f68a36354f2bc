CREATE TABLE dish (
  id BIGINT PRIMARY KEY,
  size ENUM('small', 'large') CHARACTER SET latin1,
  extras SET('rice', '米') CHARACTER SET utf8mb3,
  kind ENUM('heiß', 'kalt') CHARACTER SET utf8mb4
);

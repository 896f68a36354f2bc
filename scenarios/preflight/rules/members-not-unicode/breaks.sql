-- finds in dish: size (latin1), extras (gbk)
CREATE TABLE dish (
  id BIGINT PRIMARY KEY,
  size ENUM('klein', 'groß') CHARACTER SET latin1,
  extras SET('rice', '米') CHARACTER SET gbk,
  kind ENUM('heiß', 'kalt') CHARACTER SET utf8mb4
);

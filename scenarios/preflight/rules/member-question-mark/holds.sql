CREATE TABLE message (
  id BIGINT PRIMARY KEY,
  mood ENUM('none', 'ключ') CHARACTER SET utf8mb4,
  sure ENUM('yes', 'no', '?') CHARACTER SET utf8mb3
);

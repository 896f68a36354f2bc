-- finds in message: mood (?)
CREATE TABLE message (id BIGINT PRIMARY KEY, mood ENUM('none', '😀') CHARACTER SET utf8mb4);

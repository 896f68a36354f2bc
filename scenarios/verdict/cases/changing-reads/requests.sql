CREATE TABLE request (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  asked VARCHAR(60) NOT NULL,
  loudness TINYINT NOT NULL DEFAULT 0
);
INSERT INTO request (asked, loudness) VALUES ('where is the key', 1), ('who has the key', 3), ('is there a key', 0);

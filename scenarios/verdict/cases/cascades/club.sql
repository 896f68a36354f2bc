CREATE TABLE club (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(60) NOT NULL
);
INSERT INTO club (name) VALUES ('rowing'), ('chess'), ('choir');

CREATE TABLE member (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  club_id INT NOT NULL,
  name VARCHAR(60) NOT NULL,
  CONSTRAINT member_club FOREIGN KEY (club_id) REFERENCES club (id) ON DELETE CASCADE
);
INSERT INTO member (club_id, name) VALUES (1, 'Ann'), (1, 'Bo'), (2, 'Cy'), (3, 'Di');

CREATE TABLE trophy (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  club_id INT NULL,
  won INT NOT NULL,
  CONSTRAINT trophy_club FOREIGN KEY (club_id) REFERENCES club (id) ON DELETE SET NULL
);
INSERT INTO trophy (club_id, won) VALUES (1, 1999), (2, 2004);

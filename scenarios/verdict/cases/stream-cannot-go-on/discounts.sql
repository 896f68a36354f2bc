CREATE TABLE customer_note (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  body VARCHAR(80) NOT NULL
);
INSERT INTO customer_note (body) VALUES ('calls back'), ('moved house');
CREATE TABLE discount (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  terms JSON NOT NULL
);
INSERT INTO discount (terms) VALUES
  (JSON_OBJECT('label', 'spring')), (JSON_OBJECT('label', 'summer')), (JSON_OBJECT('label', 'autumn'));

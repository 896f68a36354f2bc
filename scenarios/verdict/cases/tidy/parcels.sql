CREATE TABLE parcel (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  label VARCHAR(40) NOT NULL,
  weight_grams INT NOT NULL,
  state ENUM('packed', 'sent', 'delivered') NOT NULL DEFAULT 'packed'
);
INSERT INTO parcel (label, weight_grams) VALUES ('first', 120), ('second', 80), ('third', 2500);

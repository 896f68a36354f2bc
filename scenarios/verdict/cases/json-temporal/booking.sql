CREATE TABLE booking (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  doc JSON NOT NULL
);
INSERT INTO booking (doc) VALUES
  (JSON_OBJECT('paid', CAST('2026-02-15' AS DATE), 'guest', 'first', 'price', CAST(12.50 AS DECIMAL(6, 2)))),
  (JSON_OBJECT('guest', 'second', 'nights', 3, 'rate', 1.25e0)),
  (JSON_OBJECT('guest', 'third', 'stay', JSON_ARRAY(CAST('07:30:00' AS TIME), TIMESTAMP'2026-01-15 10:00:01'))),
  (JSON_OBJECT('guest', 'fourth', 'paid', '2026-02-15'));

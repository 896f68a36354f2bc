-- also: json-decimals
-- finds in product: details: 2 of 3 documents, of those at both ends of the table, such as $.at (TIME), $.paid (DATE) in the row with the key 1
-- mend: UPDATE `product` SET `details` = CAST(CAST(`details` AS CHAR) AS JSON)
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON);
INSERT INTO product VALUES
  (1, JSON_OBJECT('at', CAST('07:30:00' AS TIME), 'name', 'a', 'paid', CAST('2026-02-15' AS DATE))),
  (2, '{"paid": "2026-02-15"}'),
  (3, JSON_ARRAY(JSON_OBJECT('photo', X'FF')));

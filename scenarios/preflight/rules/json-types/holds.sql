-- also: json-decimals
-- Numbers of every type, and strings that look like dates.
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON);
INSERT INTO product VALUES
  (1, JSON_OBJECT('paid', '2026-02-15', 'price', CAST(1.50 AS DECIMAL(40, 30)), 'count', CAST(5 AS UNSIGNED), 'x', 1e300)),
  (2, '{"paid": null, "photo": "base64:type15:/w=="}'),
  (3, NULL);

-- also: json-decimals
-- finds in product: details: 2 of 3 documents, of those at both ends of the table, such as in the row with the key 2
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON);
INSERT INTO product VALUES (1, '{"a": ""}'), (2, '{"": 0}'), (3, '["x", {"a": [{"": "b"}]}]');

-- also: json-decimals
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON);
INSERT INTO product VALUES (1, '{" ": 0}'), (2, '{"a": {}}'), (3, '""'), (4, '{"\\"\\"": 0}'), (5, NULL);

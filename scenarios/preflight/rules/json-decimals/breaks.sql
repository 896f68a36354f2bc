-- finds in product: JSON: details
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON);

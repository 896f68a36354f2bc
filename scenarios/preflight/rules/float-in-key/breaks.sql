-- also: float-rounded
-- finds in price: amount float is part of its key
-- mend: ALTER TABLE `price` MODIFY `amount` DOUBLE NOT NULL
CREATE TABLE price (product BIGINT, amount FLOAT, PRIMARY KEY (product, amount));
INSERT INTO price VALUES (1, 0.1);

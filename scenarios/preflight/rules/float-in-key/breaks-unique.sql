-- A unique key stands in for the primary key.
-- finds in price: amount float is part of its key
-- also: float-rounded, no-primary-key
-- mend: ALTER TABLE `price` MODIFY `amount` DOUBLE NOT NULL
CREATE TABLE price (amount FLOAT NOT NULL, UNIQUE KEY (amount));

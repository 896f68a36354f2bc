-- also: float-rounded
CREATE TABLE price (product BIGINT, amount FLOAT, PRIMARY KEY (product), UNIQUE KEY (product, amount));

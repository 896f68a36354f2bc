-- finds in customer: name is varchar(30) COLLATE utf8mb4_bin, not varchar(30) COLLATE utf8mb4_0900_ai_ci
-- mend on the target: DROP TABLE `customer`
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30));
-- On the target.
CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(30) COLLATE utf8mb4_bin);

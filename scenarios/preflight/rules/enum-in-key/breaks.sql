-- finds in shirt: size enum('small','medium','large') is part of its key
-- mend: ALTER TABLE `shirt` MODIFY `size` ENUM('large','medium','small') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
CREATE TABLE shirt (id BIGINT, size ENUM('small', 'medium', 'large') COLLATE utf8mb4_bin, PRIMARY KEY (id, size));
INSERT INTO shirt VALUES (1, 'small'), (1, 'large');

-- MySQL changes no type that a foreign key leads to.
-- finds in visit: the next id is 115 of 127
-- also: foreign-key-copied
CREATE TABLE visit (id TINYINT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 115;
CREATE TABLE click (id BIGINT PRIMARY KEY, visit_id TINYINT, FOREIGN KEY (visit_id) REFERENCES visit (id));

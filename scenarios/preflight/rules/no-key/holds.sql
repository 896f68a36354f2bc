-- also: no-primary-key
CREATE TABLE visit (page VARCHAR(100) NOT NULL, UNIQUE KEY (page));

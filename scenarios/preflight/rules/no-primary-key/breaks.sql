-- finds in visit: no primary key, but a unique one on page
CREATE TABLE visit (page VARCHAR(100) NOT NULL, UNIQUE KEY (page));

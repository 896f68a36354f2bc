-- finds in place: the key (country, address) takes up to … bytes, of 2000
CREATE TABLE place (country VARCHAR(100), address VARCHAR(600), PRIMARY KEY (country, address));

-- The index has 50 characters of the address; what is stored is all of it.
-- finds in page: the key (address) takes up to … bytes, of 2000
CREATE TABLE page (address TEXT NOT NULL, PRIMARY KEY (address(50)));

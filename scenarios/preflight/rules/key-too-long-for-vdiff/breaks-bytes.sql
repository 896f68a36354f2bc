-- Bytes that are no UTF-8 are written as four characters each.
-- finds in page: the key (address) takes up to … bytes, of 2000
CREATE TABLE page (address VARBINARY(500) PRIMARY KEY);

-- finds in document: body can hold more than 16777216 bytes, and the table has …
CREATE TABLE document (id BIGINT PRIMARY KEY, body LONGBLOB);
INSERT INTO document VALUES (1, REPEAT('x', 16 * 1024 * 1024));
ANALYZE TABLE document;

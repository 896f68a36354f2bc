-- On disk it is small.
-- finds in document: body can hold more than 8388608 bytes, and the table has …
CREATE TABLE document (id BIGINT PRIMARY KEY, body LONGBLOB) ROW_FORMAT=COMPRESSED;
INSERT INTO document VALUES (1, REPEAT('x', 8 * 1024 * 1024));
ANALYZE TABLE document;

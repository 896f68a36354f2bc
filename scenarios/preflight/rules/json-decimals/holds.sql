-- What MySQL computes is not in the rows that a stream writes.
CREATE TABLE product (id BIGINT PRIMARY KEY, details JSON AS (JSON_OBJECT('id', id)));

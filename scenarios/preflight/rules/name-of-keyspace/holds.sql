-- keyspaces: commerce, customer_2
CREATE TABLE customer (id BIGINT PRIMARY KEY);

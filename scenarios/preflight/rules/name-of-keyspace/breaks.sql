-- keyspaces: commerce, customer-2
-- finds: keyspace customer-2
CREATE TABLE customer (id BIGINT PRIMARY KEY);

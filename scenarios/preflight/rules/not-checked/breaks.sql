-- accounts: filtered=nobody@%
-- finds: grants of nobody@%: There is no such grant defined for user 'nobody' on host '%'
CREATE TABLE customer (id BIGINT PRIMARY KEY);

-- finds in customer: ENGINE=MEMORY
-- mend: ALTER TABLE `customer` ENGINE=InnoDB
CREATE TABLE customer (id BIGINT PRIMARY KEY) ENGINE=MEMORY;

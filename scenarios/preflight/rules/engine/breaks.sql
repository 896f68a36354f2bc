-- finds in customer: ENGINE=MyISAM
-- mend: ALTER TABLE `customer` ENGINE=InnoDB
CREATE TABLE customer (id BIGINT PRIMARY KEY) ENGINE=MyISAM;

-- target: plain
-- finds in corder: corder_ibfk_1 (customer_code) references customer (code), ON DELETE NO ACTION ON UPDATE NO ACTION
-- also: foreign-key-copied
-- mend: ALTER TABLE `customer` ADD UNIQUE KEY (`code`)
-- mend: ALTER TABLE `corder` DROP FOREIGN KEY `corder_ibfk_1`
SET SESSION restrict_fk_on_non_standard_key = OFF;
CREATE TABLE customer (id BIGINT PRIMARY KEY, code INT, KEY (code));
CREATE TABLE corder (id BIGINT PRIMARY KEY, customer_code INT, FOREIGN KEY (customer_code) REFERENCES customer (code));

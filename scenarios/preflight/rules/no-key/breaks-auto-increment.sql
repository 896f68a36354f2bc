-- finds in visit: it has neither a primary key nor a unique key of NOT NULL columns
-- mend: ALTER TABLE `visit` ADD PRIMARY KEY (`number`)
CREATE TABLE visit (number BIGINT NOT NULL AUTO_INCREMENT, KEY (number));
INSERT INTO visit () VALUES (), ();

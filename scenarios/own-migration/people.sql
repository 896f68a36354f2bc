-- What a sample has to cope with: people, foreign keys to rows far away, keys of all kinds, and gaps.
CREATE TABLE person (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, email VARCHAR(80) CHARACTER SET latin1 NOT NULL, nickname VARCHAR(30),
  phone VARCHAR(30) NOT NULL, born DATE, notes JSON, boss BIGINT UNSIGNED,
  PRIMARY KEY (id), UNIQUE KEY by_email (email), UNIQUE KEY by_nickname (nickname),
  CONSTRAINT of_boss FOREIGN KEY (boss) REFERENCES person (id)
) AUTO_INCREMENT = 1000000;
CREATE TABLE purchase (
  person_id BIGINT UNSIGNED NOT NULL, number SMALLINT NOT NULL, total DECIMAL(10,2) NOT NULL, code CHAR(3) NOT NULL,
  PRIMARY KEY (person_id, number DESC),
  CONSTRAINT of_buyer FOREIGN KEY (person_id) REFERENCES person (id)
);
CREATE TABLE line (
  id BINARY(16) NOT NULL, person_id BIGINT UNSIGNED NOT NULL, number SMALLINT NOT NULL, PRIMARY KEY (id),
  CONSTRAINT of_purchase FOREIGN KEY (person_id, number) REFERENCES purchase (person_id, number)
);
CREATE TABLE plain (n INT NOT NULL, t VARCHAR(20) CHARACTER SET utf16);
CREATE TABLE odd (
  e ENUM('a','b') NOT NULL, f FLOAT NOT NULL, d DATE NOT NULL, dt DATETIME NOT NULL, ts TIMESTAMP(6) NULL, y YEAR,
  big DOUBLE, bits BIT(64), g GEOMETRY, w CHAR(5) CHARACTER SET sjis, nul VARBINARY(20), s SET('x','y'),
  PRIMARY KEY (e, f)
);

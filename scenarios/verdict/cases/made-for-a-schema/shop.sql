CREATE TABLE buyer (
  id BINARY(16) NOT NULL PRIMARY KEY,
  login VARCHAR(80) NOT NULL,
  born DATE,
  notes LONGTEXT,
  UNIQUE KEY uq_login ((LOWER(login))),
  CONSTRAINT ck_notes CHECK (JSON_VALID(notes))
);

CREATE TABLE purchase (
  id BINARY(16) NOT NULL PRIMARY KEY,
  buyer_id BINARY(16) NOT NULL,
  ordered DATETIME NOT NULL,
  shipped DATETIME,
  paid_by ENUM ('card', 'invoice') NOT NULL,
  iban VARCHAR(34),
  CONSTRAINT fk_buyer FOREIGN KEY (buyer_id) REFERENCES buyer (id),
  CONSTRAINT ck_shipped CHECK (shipped >= ordered AND shipped < ordered + INTERVAL 30 DAY),
  CONSTRAINT ck_iban CHECK ((paid_by = 'invoice') = (iban IS NOT NULL) AND (iban IS NULL OR REGEXP_LIKE(iban, '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')))
);

CREATE TABLE purchase_line (
  purchase_id BINARY(16) NOT NULL,
  line_no INT NOT NULL,
  pieces SMALLINT NOT NULL,
  cents INT NOT NULL,
  PRIMARY KEY (purchase_id, line_no),
  CONSTRAINT fk_purchase FOREIGN KEY (purchase_id) REFERENCES purchase (id),
  CONSTRAINT ck_total CHECK (pieces BETWEEN 1 AND 99 AND pieces * cents < 1000000 AND cents >= 0)
);

CREATE TABLE visit (
  id BIGINT NOT NULL AUTO_INCREMENT,
  seen DATETIME(3) NOT NULL,
  page VARCHAR(200) NOT NULL,
  PRIMARY KEY (id, seen)
) PARTITION BY RANGE (TO_DAYS(seen)) (
  PARTITION before_2026 VALUES LESS THAN (739982),
  PARTITION of_2026 VALUES LESS THAN (740347)
);

CREATE TABLE coupon (
  code VARCHAR(20) NOT NULL PRIMARY KEY,
  country CHAR(2) NOT NULL,
  percent TINYINT NOT NULL,
  UNIQUE KEY uq_code (code)
);

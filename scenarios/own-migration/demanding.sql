-- Tables that ask much of their rows. Each has at least one demand that no type tells.
CREATE TABLE tenant (
  id BINARY(16) NOT NULL PRIMARY KEY,
  slug VARCHAR(40) NOT NULL,
  plan VARCHAR(10) NOT NULL,
  UNIQUE KEY uq_slug (slug)
);
CREATE TABLE member (
  tenant_id BINARY(16) NOT NULL,
  member_no INT NOT NULL,
  uuid CHAR(36) NOT NULL,
  display VARCHAR(50),
  PRIMARY KEY (tenant_id, member_no),
  UNIQUE KEY uq_uuid (uuid),
  CONSTRAINT fk_tenant FOREIGN KEY (tenant_id) REFERENCES tenant (id),
  CONSTRAINT ck_uuid CHECK (uuid REGEXP '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
);
CREATE TABLE invoice (
  tenant_id BINARY(16) NOT NULL,
  member_no INT NOT NULL,
  number VARCHAR(12) NOT NULL,
  net DECIMAL(12, 2) NOT NULL,
  tax DECIMAL(12, 2) NOT NULL,
  gross DECIMAL(12, 2) NOT NULL,
  issued DATE NOT NULL,
  due DATE NOT NULL,
  PRIMARY KEY (tenant_id, number),
  CONSTRAINT fk_member FOREIGN KEY (tenant_id, member_no) REFERENCES member (tenant_id, member_no),
  CONSTRAINT ck_sum CHECK (gross = net + tax AND net >= 0 AND tax >= 0),
  CONSTRAINT ck_due CHECK (due BETWEEN issued AND issued + INTERVAL 60 DAY)
);
CREATE TABLE category (
  id INT AUTO_INCREMENT PRIMARY KEY,
  parent_id INT,
  name VARCHAR(30) NOT NULL,
  depth TINYINT NOT NULL,
  CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES category (id),
  CONSTRAINT ck_root CHECK ((parent_id IS NULL) = (depth = 0) AND depth BETWEEN 0 AND 9)
);
CREATE TABLE discount (
  id INT AUTO_INCREMENT PRIMARY KEY,
  lo INT NOT NULL,
  hi INT NOT NULL,
  plate VARCHAR(12) NOT NULL,
  mode ENUM ('cash', 'card') NOT NULL,
  by_cash INT,
  by_card INT,
  CONSTRAINT ck_span CHECK (lo < hi AND hi - lo < 50),
  CONSTRAINT ck_plate CHECK (plate LIKE 'B-__ 1%'),
  CONSTRAINT ck_either CHECK ((by_cash IS NULL) <> (by_card IS NULL)),
  CONSTRAINT ck_mode CHECK (mode <> 'cash' OR by_cash IS NOT NULL)
);
CREATE TABLE parking (
  ticket CHAR(26) NOT NULL PRIMARY KEY,
  spot JSON NOT NULL,
  CONSTRAINT ck_ticket CHECK (REGEXP_LIKE(ticket, '^[0-9A-HJKMNP-TV-Z]{26}$', 'c')),
  CONSTRAINT ck_spot CHECK (JSON_TYPE(spot) = 'OBJECT' AND spot ->> '$.level' IN ('roof', 'cellar'))
);
CREATE TABLE mailbox (
  address VARCHAR(190) NOT NULL PRIMARY KEY,
  seen DATETIME,
  UNIQUE KEY uq_folded ((LOWER(address))),
  CONSTRAINT ck_at CHECK (address LIKE '%@%.%')
);
CREATE TABLE paper (
  id INT AUTO_INCREMENT PRIMARY KEY,
  body JSON NOT NULL,
  isbn VARCHAR(100) GENERATED ALWAYS AS (body ->> '$.isbn') STORED,
  pages INT NOT NULL,
  UNIQUE KEY uq_isbn (isbn),
  UNIQUE KEY uq_shelf ((CAST(body ->> '$.shelf' AS UNSIGNED)))
);
CREATE TABLE sighting (
  id BIGINT NOT NULL AUTO_INCREMENT,
  at DATETIME(3) NOT NULL,
  what VARCHAR(20) NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (TO_DAYS(at)) (
  PARTITION early VALUES LESS THAN (739000),
  PARTITION late VALUES LESS THAN (739300)
);
CREATE TABLE ward (
  id INT NOT NULL,
  region INT NOT NULL,
  name VARCHAR(20),
  PRIMARY KEY (id, region)
) PARTITION BY LIST COLUMNS (region) (PARTITION north VALUES IN (11, 12), PARTITION south VALUES IN (21));
CREATE TABLE fingerprint (
  hash BINARY(20) NOT NULL PRIMARY KEY,
  seen INT NOT NULL,
  CONSTRAINT ck_length CHECK (LENGTH(hash) = 20)
);
CREATE TABLE parcel (id INT AUTO_INCREMENT PRIMARY KEY, grams INT NOT NULL);
CREATE TRIGGER parcel_weight BEFORE INSERT ON parcel FOR EACH ROW
  SET NEW.grams = IF(NEW.grams > 5000, CAST('too heavy' AS JSON), NEW.grams);
CREATE TABLE riddle (
  id INT AUTO_INCREMENT PRIMARY KEY,
  answer VARCHAR(100) NOT NULL,
  CONSTRAINT ck_riddle CHECK (SHA2(answer, 256) LIKE 'abcdef0123%')
);
CREATE TABLE guess (
  id INT AUTO_INCREMENT PRIMARY KEY,
  riddle_id INT NOT NULL,
  CONSTRAINT fk_riddle FOREIGN KEY (riddle_id) REFERENCES riddle (id)
);
CREATE TABLE plot (id INT AUTO_INCREMENT PRIMARY KEY, area POLYGON NOT NULL);
CREATE TABLE evening (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(30));
CREATE TABLE guest (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30));
CREATE TABLE band (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30));
CREATE TABLE seat (
  id INT AUTO_INCREMENT PRIMARY KEY,
  evening_id INT NOT NULL,
  guest_id INT,
  band_id INT,
  note VARCHAR(20),
  UNIQUE KEY uq_guest (evening_id, guest_id),
  UNIQUE KEY uq_band (evening_id, band_id),
  CONSTRAINT fk_evening FOREIGN KEY (evening_id) REFERENCES evening (id),
  CONSTRAINT fk_guest FOREIGN KEY (guest_id) REFERENCES guest (id),
  CONSTRAINT fk_band FOREIGN KEY (band_id) REFERENCES band (id),
  CONSTRAINT ck_who CHECK ((guest_id IS NULL) <> (band_id IS NULL))
);

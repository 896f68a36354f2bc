-- A schema as a team would have it: foreign keys, a view, a trigger, a routine, and columns of many types.
CREATE TABLE author (
  author_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  full_name VARCHAR(120) NOT NULL,
  email VARCHAR(190) NOT NULL,
  born YEAR DEFAULT NULL,
  biography TEXT,
  PRIMARY KEY (author_id),
  UNIQUE KEY author_email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE shelf (
  code CHAR(4) NOT NULL,
  floor TINYINT NOT NULL DEFAULT 0,
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE book (
  book_id BIGINT NOT NULL AUTO_INCREMENT,
  author_id INT UNSIGNED NOT NULL,
  shelf_code CHAR(4) DEFAULT NULL,
  title VARCHAR(200) NOT NULL,
  price DECIMAL(8,2) NOT NULL,
  price_with_tax DECIMAL(9,2) GENERATED ALWAYS AS (price * 1.19) STORED,
  kind ENUM('novel','essay','poetry') NOT NULL DEFAULT 'novel',
  languages SET('de','en','fr') DEFAULT NULL,
  details JSON DEFAULT NULL,
  cover VARBINARY(64) DEFAULT NULL,
  published DATE DEFAULT NULL,
  changed TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (book_id),
  KEY book_title (title),
  CONSTRAINT book_author FOREIGN KEY (author_id) REFERENCES author (author_id),
  CONSTRAINT book_shelf FOREIGN KEY (shelf_code) REFERENCES shelf (code) ON UPDATE CASCADE,
  CONSTRAINT book_price CHECK (price >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE loan (
  loan_id BIGINT NOT NULL AUTO_INCREMENT,
  book_id BIGINT NOT NULL,
  lent_at DATETIME NOT NULL,
  back_at DATETIME DEFAULT NULL,
  fee DOUBLE NOT NULL DEFAULT 0,
  PRIMARY KEY (loan_id),
  KEY loan_open (back_at, book_id),
  CONSTRAINT loan_book FOREIGN KEY (book_id) REFERENCES book (book_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE VIEW lent_books AS
  SELECT book.book_id, book.title, loan.lent_at FROM loan JOIN book ON book.book_id = loan.book_id
  WHERE loan.back_at IS NULL;

DELIMITER ;;
CREATE TRIGGER loan_fee BEFORE UPDATE ON loan FOR EACH ROW
BEGIN
  IF NEW.back_at IS NOT NULL AND NEW.fee < 0 THEN SET NEW.fee = 0; END IF;
END;;
CREATE FUNCTION days_lent(since DATETIME) RETURNS INT NO SQL RETURN DATEDIFF(NOW(), since);;
DELIMITER ;

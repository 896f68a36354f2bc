-- severity: warning
-- finds in visit: month is generated and part of its key, and the rest of it, id, need not be unique
CREATE TABLE visit (
  id BIGINT AUTO_INCREMENT,
  began DATETIME NOT NULL,
  month INT AS (MONTH(began)) STORED,
  PRIMARY KEY (id, month)
) PARTITION BY LIST (month) (PARTITION winter VALUES IN (12, 1, 2), PARTITION later VALUES IN (3, 4, 5, 6, 7, 8, 9, 10, 11));

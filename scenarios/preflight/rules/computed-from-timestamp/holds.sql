-- A virtual column without an index is computed by whoever reads it, and a DATETIME has no zone. Whether a TIMESTAMP is
-- NULL, or is later than another, is the same in every zone.
SET GLOBAL time_zone = '+01:00';
CREATE TABLE visit (
  id BIGINT PRIMARY KEY,
  began TIMESTAMP NULL,
  ended DATETIME,
  hour_of INT AS (HOUR(began)) VIRTUAL,
  day_of DATE AS (DATE(ended)) STORED,
  KEY (began),
  KEY ((HOUR(ended)))
);
CREATE TABLE guest (
  id BIGINT PRIMARY KEY,
  name VARCHAR(50) NOT NULL,
  made_at TIMESTAMP NULL,
  deleted_at TIMESTAMP NULL,
  is_active TINYINT AS (IF(deleted_at IS NULL, 1, NULL)) VIRTUAL,
  is_deleted TINYINT AS (NOT ISNULL(deleted_at)) STORED,
  UNIQUE (name, is_active),
  UNIQUE (name, is_deleted, id),
  UNIQUE ((IF(deleted_at IS NULL, name, NULL))),
  UNIQUE ((IF(ISNULL(Deleted_At), name, NULL))),
  KEY ((IF(deleted_at IS NOT NULL, name, NULL))),
  CHECK (deleted_at IS NULL OR deleted_at >= made_at),
  CHECK (HOUR(made_at) < 24) NOT ENFORCED
);

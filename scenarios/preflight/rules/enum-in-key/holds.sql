CREATE TABLE shirt (
  id BIGINT,
  size ENUM('Large', 'medium', 'small'),
  age ENUM('young', 'old'),
  PRIMARY KEY (id, size)
);

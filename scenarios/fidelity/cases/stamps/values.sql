-- about: Columns that the server fills with the time, at every change as well.
-- left to the server: made, made_at
CREATE TABLE stamps (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  made TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  made_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  changed TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  changed_at DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  what VARCHAR(10)
);
INSERT INTO stamps (id, what) VALUES (1, 'one'), (2, 'two');

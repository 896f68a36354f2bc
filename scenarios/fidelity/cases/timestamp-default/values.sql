-- about: A TIMESTAMP whose default is a moment, which the server fills in.
-- left to the server: expires
CREATE TABLE timestamp_default (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  what VARCHAR(10) NOT NULL,
  expires TIMESTAMP NOT NULL DEFAULT '2026-07-01 00:00:00'
);
INSERT INTO timestamp_default (id, what) VALUES (1, 'one'), (2, 'two');

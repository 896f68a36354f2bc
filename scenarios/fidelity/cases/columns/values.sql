-- about: Columns that are generated, invisible, or have an expression as their default, with the key in the middle.
-- left to the server: uuid, made
CREATE TABLE columns_of_kinds (
  doubled BIGINT AS (amount * 2) VIRTUAL,
  tripled BIGINT AS (amount * 3) STORED NOT NULL,
  amount INT NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  hidden VARCHAR(20) INVISIBLE,
  upper_name VARCHAR(20) AS (UPPER(name)) STORED,
  name VARCHAR(20),
  uuid CHAR(36) DEFAULT (UUID()),
  sum_hidden INT AS (amount + 1) VIRTUAL INVISIBLE,
  doc JSON DEFAULT (JSON_OBJECT('a', 'default')),
  made JSON DEFAULT (JSON_OBJECT('a', 'default')),
  from_doc VARCHAR(20) AS (doc->>'$.a') VIRTUAL,
  PRIMARY KEY (id),
  KEY (doubled),
  KEY (from_doc)
);
INSERT INTO columns_of_kinds (id, amount, hidden, name, doc) VALUES
  (1, 1, 'hidden', 'straße', '{"a": "x"}'), (2, -1000000000, '', 'é', '{"a": null}'), (3, 0, NULL, NULL, NULL);

CREATE TABLE generated_as_key (
  amount INT NOT NULL,
  tripled BIGINT AS (amount * 3) STORED NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (tripled, id)
);
INSERT INTO generated_as_key (id, amount) SELECT id, amount FROM columns_of_kinds;

-- about: A table without a primary key, to which the server adds an invisible one.
-- left to the server: my_row_id
SET SESSION sql_generate_invisible_primary_key = ON;
CREATE TABLE hidden_primary_key (
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  name VARCHAR(20)
);
INSERT INTO hidden_primary_key (id, name) VALUES (1, 'one'), (2, 'two'), (3, NULL);

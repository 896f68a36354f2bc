-- also: foreign-key-copied
CREATE TABLE team (id BIGINT PRIMARY KEY, parent_id BIGINT, FOREIGN KEY (parent_id) REFERENCES team (id));
CREATE TABLE employee (id BIGINT PRIMARY KEY, team_id BIGINT, FOREIGN KEY (team_id) REFERENCES team (id));

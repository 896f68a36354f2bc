-- finds: employee → team → employee
-- also: foreign-key-copied
CREATE TABLE team (id BIGINT PRIMARY KEY, lead_id BIGINT);
CREATE TABLE employee (id BIGINT PRIMARY KEY, team_id BIGINT, FOREIGN KEY (team_id) REFERENCES team (id));
ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES employee (id);

-- finds in place: `latitude` has -0
-- also: float-rounded
-- mend: UPDATE `place` SET `latitude` = 0 WHERE `latitude` = 0
CREATE TABLE place (id BIGINT PRIMARY KEY, latitude FLOAT, height DOUBLE);
INSERT INTO place VALUES (1, 0, 0), (2, -0e0, 0), (3, NULL, -1);

-- finds in place: FLOAT: latitude, longitude
CREATE TABLE place (id BIGINT PRIMARY KEY, latitude FLOAT NOT NULL, longitude FLOAT UNSIGNED, height DOUBLE);

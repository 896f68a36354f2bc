CREATE TABLE place (country VARCHAR(100), address VARCHAR(200), PRIMARY KEY (country, address));
CREATE TABLE page (address VARBINARY(400) PRIMARY KEY);
CREATE TABLE text (id BIGINT PRIMARY KEY, address TEXT NOT NULL, KEY (address(50)));

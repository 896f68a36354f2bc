CREATE TABLE abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijklmnopqr5 (id BIGINT PRIMARY KEY);
CREATE TABLE abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijklmnopqr6 (id BIGINT PRIMARY KEY);

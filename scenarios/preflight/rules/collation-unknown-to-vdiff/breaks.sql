-- finds in city: the key has name (gbk_chinese_ci)
CREATE TABLE city (name VARCHAR(30) CHARACTER SET gbk PRIMARY KEY);

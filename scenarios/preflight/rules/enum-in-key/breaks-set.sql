-- finds in shirt: sizes set('a','b') is part of its key
CREATE TABLE shirt (id BIGINT, sizes SET('a', 'b'), PRIMARY KEY (id, sizes));

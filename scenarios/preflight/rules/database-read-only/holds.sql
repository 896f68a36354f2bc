-- Another database is, and this one was.
-- source: fresh
CREATE DATABASE other;
ALTER DATABASE other READ ONLY = 1;
ALTER DATABASE commerce READ ONLY = 1;
ALTER DATABASE commerce READ ONLY = 0;

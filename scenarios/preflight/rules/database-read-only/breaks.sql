-- source: fresh
-- finds: commerce is READ ONLY
-- mend: ALTER DATABASE `commerce` READ ONLY = 0
ALTER DATABASE commerce READ ONLY = 1;

-- instead of its version: 11.8.3-MariaDB-1
-- finds: version 11.8.3-MariaDB-1
SELECT VERSION();

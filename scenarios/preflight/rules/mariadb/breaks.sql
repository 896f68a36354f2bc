-- Tried by hand on MariaDB 10.11, which the suite does not have.
-- instead of its version: 10.11.19-MariaDB-0+deb12u1-log
-- finds: version 10.11.19-MariaDB-0+deb12u1-log
SELECT VERSION();

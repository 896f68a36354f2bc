-- finds: version 9.…, with which Vitess 24 is not tested
-- severity: note
SELECT VERSION();

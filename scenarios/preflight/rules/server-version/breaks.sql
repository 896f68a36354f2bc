-- finds: version 9.…, which is not one that Vitess 24 is tested with
-- severity: note
SELECT VERSION();

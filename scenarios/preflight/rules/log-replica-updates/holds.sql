-- Only the order of what is replicated is given up.
SET GLOBAL replica_preserve_commit_order = OFF;

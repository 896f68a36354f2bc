-- Whoever connects may only read, by default.
-- finds: transaction_read_only = ON
-- mend: SET PERSIST transaction_read_only = OFF
SET GLOBAL transaction_read_only = ON;

SET SESSION transaction_read_only = ON;

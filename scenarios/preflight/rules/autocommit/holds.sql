SET SESSION autocommit = OFF;

-- source: lower_case_table_names=1
-- finds: lower_case_table_names = 1
CREATE TABLE Customer (id BIGINT PRIMARY KEY);

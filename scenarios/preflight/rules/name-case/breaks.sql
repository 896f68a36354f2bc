-- source: lower_case_table_names=1
-- target: plain
-- finds: lower_case_table_names = 1 on the source, 0 on the target
-- also: name-case-ignored
CREATE TABLE Customer (id BIGINT PRIMARY KEY);

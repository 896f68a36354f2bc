-- source: character_sets_dir=/roundtrip/case
-- target: plain
CREATE TABLE customer (id BIGINT PRIMARY KEY, phone VARCHAR(30) COLLATE utf8mb4_bin);

-- target: plain
-- also: time-zone-differs
-- finds in offer: expires has the default 2026-07-01 00:00:00, and the source’s zone is +01:00
SET GLOBAL time_zone = '+01:00';
SET SESSION time_zone = '+00:00';
CREATE TABLE offer (id BIGINT PRIMARY KEY, expires TIMESTAMP NOT NULL DEFAULT '2026-07-01 00:00:00');

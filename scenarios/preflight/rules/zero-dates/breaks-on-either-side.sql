-- A dump sets sql_mode aside while it is loaded, and does not say what it was before.
-- target: plain
-- severity: note
-- finds in post: written: zero dates, which NO_ZERO_DATE refuses on either side
SET sql_mode = '';
CREATE TABLE post (id BIGINT PRIMARY KEY, written DATE NOT NULL DEFAULT '0000-00-00');

-- severity: warning
-- finds in visit: the index by_day; the source is in UTC, so this is about sessions that set another zone
CREATE TABLE visit (id BIGINT PRIMARY KEY, began TIMESTAMP NULL, KEY by_day ((DATE(began))));

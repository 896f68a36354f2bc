-- finds in _vt_customer: it begins with _vt
CREATE TABLE `_vt_customer` (id BIGINT PRIMARY KEY);

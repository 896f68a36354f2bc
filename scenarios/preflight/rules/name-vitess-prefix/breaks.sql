-- finds in _vt_customer: begins with _vt
CREATE TABLE `_vt_customer` (id BIGINT PRIMARY KEY);

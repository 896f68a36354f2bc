-- about: A SET with 64 members, the most that it can have.
CREATE TABLE set_64 (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  all_64 SET('m00','m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63')
);
INSERT INTO set_64 VALUES (1, 0, 'm00'), (2, 0, 'm63'), (3, 0, 18446744073709551615), (4, 0, 'm01,m62'), (5, 0, NULL);

CREATE TABLE set_64_as_key (
  all_64 SET('m00','m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63') NOT NULL,
  id INT NOT NULL,
  touched INT NOT NULL DEFAULT 0,
  PRIMARY KEY (all_64, id)
);
INSERT INTO set_64_as_key (id, all_64) SELECT id, all_64 FROM set_64 WHERE id < 3;

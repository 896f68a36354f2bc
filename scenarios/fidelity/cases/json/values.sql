-- about: JSON: its null against NULL, empty and nested documents, texts with all kinds of characters, keys that must be quoted, and documents of more than 64 kB.
CREATE TABLE json_documents (
  id INT NOT NULL PRIMARY KEY,
  touched INT NOT NULL DEFAULT 0,
  doc JSON,
  always JSON NOT NULL
);
INSERT INTO json_documents (id, doc, always) VALUES
  (1, 'null', 'null'), (2, NULL, '{}'), (3, '[]', '""'), (4, 'true', 'false'),
  (5, '{"a": null, "b": [1, [2, [3, {"c": {"d": []}}]]], "e": {}}', '[null, true, false, "", {}, []]'),
  (6, '{"key with blanks": 1, "key.with.dots": 2, "key\\"quoted": 3, "ключ": 4, "😀": 5, "$": 6, "a b": {"c.d": 7}}', '"text"'),
  (7, '["\\u0000", "\\\\", "\\"", "/", "\\b\\f\\n\\r\\t", "\\u001a", "😀", "é", "\\u0065\\u0301", "''"]', '"''\\""'),
  (8, '"2026-02-15"', '"null"'),
  (9, JSON_OBJECT('long', REPEAT('x', 70000), 'after', 1), JSON_ARRAY(REPEAT('é', 300))),
  (10, '{"b": 1, "a": 2, "aa": 3, "A": 4}', '[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]');

import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { messageOf } from '../errors.ts';
import { StatementSplitter } from './statements.ts';

/** Returns statements and their lines, from bytes that come in pieces of the given lengths, over and over. */
function split(text: string, lengths: readonly number[] = [1_000_000], mostBytes?: number): [string, number][] {
  const bytes = Buffer.from(text, 'latin1');
  const splitter = new StatementSplitter('a.sql', mostBytes);
  const found: [string, number][] = [];
  let at = 0;
  for (let piece = 0; at < bytes.length; piece += 1) {
    const length = lengths[piece % lengths.length]!;
    for (const { bytes: of, line } of splitter.push(bytes.subarray(at, at + length))) {
      found.push([of.toString('latin1'), line]);
    }
    at += length;
  }
  for (const { bytes: of, line } of splitter.end()) found.push([of.toString('latin1'), line]);
  return found;
}

/** Null if it is refused because it does not end after a statement. */
function splitOrNull(text: string, lengths: readonly number[]): [string, number][] | null {
  try {
    return split(text, lengths);
  } catch (error) {
    if (messageOf(error).includes('ends inside a statement')) return null;
    throw error;
  }
}

/** What comes next in SQL, in the words of the manual; the first match counts. */
const TOKENS = [
  /'(?:[^'\\]|\\[^]|'')*'/y,
  /"(?:[^"\\]|\\[^]|"")*"/y,
  /`(?:[^`]|``)*`/y,
  /(?:#|--(?=[\0-\x20]|$))[^\n]*(?:\n|$)/y,
  /\/\*(?!!)[^]*?\*\//y,
];

/** Slow and obvious: the whole text at once, token by token. Null if it does not end after a statement. */
function model(text: string): [string, number][] | null {
  const found: [string, number][] = [];
  let delimiter = ';';
  let begin = -1;
  for (let at = 0; at < text.length;) {
    const token = TOKENS.flatMap((pattern, kind) => {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      return match === null ? [] : [{ kind, length: match[0].length }];
    })[0];
    const delimiterLine = begin < 0 ? /^delimiter[ \t]+(\S+).*/i.exec(text.slice(at)) : null;
    if (delimiterLine !== null) {
      delimiter = delimiterLine[1]!;
      at += delimiterLine[0].length;
    } else if (text.startsWith(delimiter, at)) {
      if (begin >= 0) found.push([text.slice(begin, at), text.slice(0, begin).split('\n').length]);
      begin = -1;
      at += delimiter.length;
    } else if (token === undefined && /^\/\*(?!!)/.test(text.slice(at))) {
      return null;
    } else {
      const isComment = token !== undefined && token.kind >= 3;
      if (begin < 0 && !isComment && text[at]! > ' ') begin = at;
      at += token?.length ?? 1;
    }
  }
  return begin < 0 ? found : null;
}

const inside = fc.string({
  unit: fc.constantFrom('a', ';', '$', "'", '"', '`', '\\', '\n', '-', '#', '/', '*', ' ', '\xff'),
});
const word = fc.constantFrom(
  'a',
  '(',
  ',',
  ' ',
  '\n',
  '\r\n',
  '-',
  '--1',
  '/',
  '*',
  '$',
  '\\',
  '/*!50003 CREATE ',
  ' */',
  'é',
);
const part = fc.oneof(
  { weight: 3, arbitrary: word },
  inside.map((text) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`),
  inside.map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
  inside.map((text) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`),
  inside.map((text) => `\`${text.replaceAll('`', '``')}\``),
  inside.map((text) => `/* ${text.replaceAll(/[*/]/g, '')} */`),
  inside.map((text) => `-- ${text.replaceAll('\n', ' ')}\n`),
  inside.map((text) => `#${text.replaceAll('\n', ' ')}\n`),
  fc.constantFrom(
    ';',
    ';;',
    '$$',
    '\ndelimiter ;;\n',
    ';\nDELIMITER $$\n',
    ';;\nDELIMITER ;\n',
    '$$\n  Delimiter ;\r\n',
  ),
);

test('statements and their lines equal those of a slow model, however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 25 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      (parts, lengths) => {
        const text = Buffer.from(`${parts.join('')}\n;;$$`, 'latin1').toString('latin1');
        expect(splitOrNull(text, lengths)).toEqual(model(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('bytes that are not text stay as they are', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const escaped = all.toString('latin1').replaceAll(/['\\]/g, '\\$&');
  const statement = `INSERT INTO t VALUES (_binary '${escaped}')`;
  expect(split(`${statement};\nSELECT 1;`, [7])).toEqual([
    [statement, 1],
    ['SELECT 1', 3],
  ]);
});

test('a trigger as mysqldump writes it is one statement', () => {
  const trigger = "/*!50003 CREATE*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = ';'; END */";
  expect(split(`DELIMITER ;;\n${trigger};;\nDELIMITER ;\nSELECT 1;`)).toEqual([
    [trigger, 2],
    ['SELECT 1', 4],
  ]);
});

test('comments alone are not a statement', () => {
  expect(split('-- nothing; here\n;; /* ; */ ;\n# end')).toEqual([]);
});

test.each([
  ['inside a string', "SELECT 1;\nINSERT INTO t VALUES ('abc", 'a.sql:2'],
  ['inside a statement', 'SELECT 1;\n\nSELECT 2', 'a.sql:3'],
  ['inside a comment', 'SELECT 1;\n/* abc', 'a.sql:2'],
  ['with an earlier delimiter', 'DELIMITER ;;\nSELECT 1;\n', 'a.sql:2'],
])('a file that ends %s is refused, with the line', (_, text, where) => {
  expect(() => split(text, [5])).toThrow(where);
  expect(() => split(text)).toThrow(/ends inside a statement/);
});

test('a statement that does not end is refused before it fills the memory', () => {
  expect(() => split(`SELECT 1;\nSELECT '${'a'.repeat(500)}`, [50], 200)).toThrow(/too long[^]*a\.sql:2/);
});

test('an invalid delimiter is refused', () => {
  expect(() => split('SELECT 1;\nDELIMITER \nSELECT 2;')).toThrow(/DELIMITER line[^]*a\.sql:2/);
});

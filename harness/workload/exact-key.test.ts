import { expect, test } from '@jest/globals';
import { exactInsertId, exactKey, keyColumnOf, type TableKey } from './exact-key.ts';

function keyOf(...types: readonly (readonly [string, string | null])[]): TableKey {
  const columns = types.map(([type, collation], at) => keyColumnOf(`c${at}`, type, collation));
  return { columns: columns.filter((column) => column !== null), handedOut: null };
}

const bigint = keyOf(['bigint', null]);
const unsigned = keyOf(['bigint unsigned', null]);
const uuid = keyOf(['binary(16)', null]);
const name = keyOf(['varchar(20)', 'utf8mb4_0900_ai_ci']);

test('whole numbers keep every digit, and have one form however they are written', () => {
  expect(exactKey(bigint, ['9007199254740991'])).toBe(9007199254740991);
  expect(exactKey(bigint, ['9007199254740993'])).toBe('9007199254740993');
  expect(exactKey(bigint, ['-9223372036854775808'])).toBe('-9223372036854775808');
  expect(exactKey(unsigned, ['18446744073709551615'])).toBe('18446744073709551615');
  expect([exactKey(bigint, [-5]), exactKey(bigint, ['-5']), exactKey(bigint, ['007'])]).toEqual([-5, -5, 7]);
});

test('a value that a column cannot hold, or that a double has rounded, is not a key', () => {
  for (const value of ['9223372036854775808', 2 ** 60, 1.5, '1e3', '', null])
    expect(exactKey(bigint, [value])).toBeNull();
  expect(exactKey(unsigned, ['-1'])).toBeNull();
});

test('insert ids beyond 2^63 are read as the server meant them', () => {
  expect(exactInsertId('-8446744073709551575', unsigned.columns[0])).toBe('10000000000000000041');
  expect(exactInsertId(-5, bigint.columns[0])).toBe(-5);
  expect(exactInsertId('4611686018427387944', bigint.columns[0])).toBe('4611686018427387944');
});

test('bytes are taken as they are; BINARY is padded as the server pads it', () => {
  expect(exactKey(uuid, [Buffer.from('00112233445566778899aabbccddee00', 'hex')])).toBe(
    '0x00112233445566778899aabbccddee00',
  );
  expect(exactKey(uuid, ['ab'])).toBe(`0x6162${'00'.repeat(14)}`);
  expect(exactKey(keyOf(['varbinary(16)', null]), ['ab'])).toBe('0x6162');
  expect(exactKey(uuid, ['a text of seventeen'])).toBeNull();
});

test('text is a key if the server’s equality is known, and only if every such collation tells it apart', () => {
  expect(exactKey(name, ['Main-Shop'])).toBe('main-shop');
  expect(exactKey(keyOf(['char(36)', 'utf8mb4_bin']), ['Main-Shop'])).toBe('Main-Shop');
  for (const value of ['é', 'blank at the end ', '', 'longer than the twenty characters', 5]) {
    expect(exactKey(name, [value])).toBeNull();
  }
  for (const collation of ['utf8mb4_la_0900_ai_ci', 'utf8mb3_roman_ci', 'utf8mb4_sv_0900_ai_ci']) {
    expect(keyColumnOf('id', 'varchar(20)', collation)).toBeNull();
  }
  expect(keyColumnOf('id', "enum('a','b')", 'utf8mb4_bin')).toBeNull();
  expect(keyColumnOf('id', 'decimal(20,0)', null)).toBeNull();
});

test('parts of a composite key stay separate', () => {
  const key = keyOf(['int', null], ['varchar(20)', 'utf8mb4_bin'], ['varchar(20)', 'utf8mb4_bin']);
  expect(exactKey(key, [7, 'a,b', 'c'])).toBe('7,a%2Cb,c');
  expect(exactKey(key, [7, 'a', 'b,c'])).toBe('7,a,b%2Cc');
  expect(exactKey(key, [7, 'a%2Cb', 'c'])).toBe('7,a%252Cb,c');
  expect(exactKey(key, [7, 'a', null])).toBeNull();
});

test('a time is a key in the form that the server writes, if its day exists', () => {
  const day = keyOf(['date', null]);
  const moment = keyOf(['datetime', null]);
  const exact = keyOf(['datetime(3)', null]);
  expect(exactKey(day, ['2024-02-29'])).toBe('2024-02-29');
  expect(exactKey(moment, ['2024-02-29 23:59:59'])).toBe('2024-02-29 23:59:59');
  expect(exactKey(exact, ['2024-02-29 23:59:59.120'])).toBe('2024-02-29 23:59:59.120');
  for (const text of ['2023-02-29', '0000-00-00', '2024-2-9', '20240229', '']) expect(exactKey(day, [text])).toBeNull();
  for (const text of ['2024-02-29', '2024-02-29T23:59:59', '2024-02-29 24:00:00', '2024-02-29 23:59:59.4']) {
    expect(exactKey(moment, [text])).toBeNull();
  }
  expect(exactKey(exact, ['2024-02-29 23:59:59'])).toBeNull();
  expect(keyColumnOf('at', 'timestamp', null)).toBeNull();
});

import type { Column } from '../schema/columns.ts';

/** How many bytes VDiff may need to remember a key. */
export interface PlaceBytes {
  /** The size with empty values. */
  readonly least: number;
  readonly most: number;
}

/** Bytes of one character, for character sets that are not stored as UTF-8 (MySQL manual, “Unicode Support”). */
const WIDE: Readonly<Record<string, number>> = { utf16: 4, utf16le: 4, utf32: 4, gb18030: 4, ujis: 3, eucjpms: 3 };
const DOUBLE = ['ucs2', 'gbk', 'gb2312', 'big5', 'sjis', 'cp932', 'euckr'];
/** A byte that is not UTF-8 is written in the form \xFF, and so is a control character. */
const ESCAPED = 4;
/** The bytes of types without a length: the longest is a DATETIME(6), and a DECIMAL has digits, a sign and a point. */
const OTHER_BYTES = 26;

/**
 * Returns the bytes of the position in a table that a VDiff of Vitess 24.0.1 stores: a `VDiffTableLastPK` as Protobuf
 * text, with a description of each column of the key and the key's values (vdiff/table_differ.go, lastPKFromRow and
 * updateTableProgress). The form of the text was read from the error of a VDiff that failed because of it.
 *
 * @param database the database of the tablet that runs the VDiff.
 */
export function placeBytes(table: string, key: readonly Column[], database: string): PlaceBytes {
  const names = key.map(({ name }) => 2 * (Buffer.byteLength(name) + Buffer.byteLength(table)));
  const named = names.reduce((sum, bytes) => sum + bytes + Buffer.byteLength(database), 0);
  const frame = 'target:{rows:{ values:""}}'.length + named;
  const [shortest, longest] = ['type:SET column_length:1 charset:8 flags:1', LONGEST].map(
    (described) => `fields:{name:"" ${described} table:"" org_table:"" database:"" org_name:""} lengths:0`.length,
  );
  const values = key.reduce((sum, column) => sum + valueBytes(column) + '0000'.length, 0);
  return { least: frame + key.length * shortest!, most: frame + key.length * longest! + values };
}

const LONGEST = 'type:VARBINARY column_length:4294967295 charset:255 decimals:31 flags:65535';

/** Returns the bytes of the longest value in its written form. */
function valueBytes({ type, members, length, precision, characterSet }: Column): number {
  const lengths = members.map((member) => Buffer.byteLength(member));
  if (type === 'enum') return Math.max(0, ...lengths);
  if (type === 'set') return lengths.reduce((sum, bytes) => sum + bytes + 1, 0);
  if (length === null) return Math.max(OTHER_BYTES, (precision ?? 0) + 3);
  const set = characterSet ?? 'binary';
  return length * ESCAPED * (WIDE[set] ?? (DOUBLE.includes(set) ? 2 : 1));
}

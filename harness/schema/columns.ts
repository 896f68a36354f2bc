import { numberOf, unescaped, type Read, type TextRow } from './read.ts';

/** A column, as its server describes it. */
export interface Column {
  readonly name: string;
  /** The type in lower case, such as `varchar`. */
  readonly type: string;
  /** The type with length and attributes, such as `decimal(10,2) unsigned`. */
  readonly definition: string;
  readonly isUnsigned: boolean;
  readonly isNullable: boolean;
  /** Text, or an expression if `hasDefaultExpression`; null if there is none, or if it is NULL. */
  readonly default: string | null;
  readonly hasDefaultExpression: boolean;
  readonly isAutoIncrement: boolean;
  readonly isInvisible: boolean;
  /** Whether it is set to the time of each update. */
  readonly isUpdatedByServer: boolean;
  /** The expression from which it is computed, and whether it is stored; null for an ordinary column. */
  readonly generated: { readonly expression: string; readonly isStored: boolean } | null;
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** The length in characters, or in bytes for binary types; null if it has none. */
  readonly length: number | null;
  /** The number of digits in total and after the point, for whole numbers and decimals. */
  readonly precision: number | null;
  readonly scale: number | null;
  /** The number of digits of fractions of a second. */
  readonly fractionDigits: number | null;
  /** The members of ENUM and SET, in order. */
  readonly members: readonly string[];
  /** Spatial reference system, for spatial types that have one. */
  readonly srid: number | null;
}

/** Bits by type (MySQL manual, “Integer Types”). */
const INTEGER_BITS: Readonly<Record<string, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
};

/** Returns the smallest and largest value of a column of whole numbers; null for other types. */
export function integerRange({
  type,
  isUnsigned,
}: Pick<Column, 'type' | 'isUnsigned'>): { readonly min: bigint; readonly max: bigint } | null {
  const bits = INTEGER_BITS[type];
  if (bits === undefined) return null;
  if (isUnsigned) return { min: 0n, max: 2n ** bits - 1n };
  return { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

/** Returns columns by table of the connection's database, in the order of their definition. */
export async function readColumns(read: Read): Promise<ReadonlyMap<string, readonly Column[]>> {
  const rows = await read(
    `SELECT table_name AS ofTable, column_name AS name, data_type AS type, column_type AS definition,
       is_nullable AS nullable, column_default AS byDefault, extra AS extra, generation_expression AS expression,
       character_set_name AS characterSet, collation_name AS collation, character_maximum_length AS length,
       numeric_precision AS digits, numeric_scale AS scale, datetime_precision AS fraction, srs_id AS srid
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
  const tables = Map.groupBy(rows, (row) => row['ofTable'] ?? '');
  return new Map([...tables].map(([table, all]) => [table, all.map(columnOf)]));
}

function columnOf(row: TextRow): Column {
  const definition = row['definition'] ?? '';
  const extra = (row['extra'] ?? '').toUpperCase();
  return {
    name: row['name'] ?? '',
    type: (row['type'] ?? '').toLowerCase(),
    definition,
    isUnsigned: /\bunsigned\b/.test(definition),
    isNullable: row['nullable'] === 'YES',
    default: row['byDefault'] ?? null,
    hasDefaultExpression: extra.includes('DEFAULT_GENERATED'),
    isAutoIncrement: extra.includes('AUTO_INCREMENT'),
    isInvisible: extra.includes('INVISIBLE'),
    isUpdatedByServer: extra.includes('ON UPDATE'),
    generated: generatedOf(extra, row['expression'] ?? ''),
    characterSet: row['characterSet'] ?? null,
    collation: row['collation'] ?? null,
    length: numberOf(row['length']),
    precision: numberOf(row['digits']),
    scale: numberOf(row['scale']),
    fractionDigits: numberOf(row['fraction']),
    members: membersOf(definition),
    srid: numberOf(row['srid']),
  };
}

function generatedOf(extra: string, expression: string): Column['generated'] {
  if (!/(STORED|VIRTUAL) GENERATED/.test(extra)) return null;
  return { expression: unescaped(expression), isStored: extra.includes('STORED GENERATED') };
}

/** For example, `enum('a','it''s')` has the members `a` and `it's`. */
function membersOf(definition: string): string[] {
  if (!/^(enum|set)\(/i.test(definition)) return [];
  return [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = '']) => member.replaceAll("''", "'"));
}

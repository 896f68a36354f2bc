import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { trouble, usage } from '../errors.ts';
import { tokens } from '../fixture/sql.ts';
import { readBugCatalogue } from '../track-record/catalogue.ts';
import { happensIn, type When } from '../vitess-version.ts';
import { EXPECTED, type DeclaredChange, type DeclaredDefinition, type DeclaredStop } from './expected.ts';
import type { WantedEvents } from './logged-updates.ts';

/** Keys that the comments of `values.sql` can have; one that begins with `changes` names a column. */
const HEADER = z.object({
  about: z.string(),
  /** The oldest MySQL that knows the SQL, such as `9.0`. */
  needs: z
    .string()
    .regex(/^\d+(\.\d+)*$/)
    .default('8.0'),
  /** Assignments for SET SESSION in the sessions that write. */
  'writes with': z.string().default(''),
  'updates are logged as': z
    .string()
    .regex(/^\w+, at most \d+ bytes$/)
    .transform((text): WantedEvents => {
      const [type = '', most = ''] = text.split(', at most ');
      return { type, mostBytes: Number.parseInt(most, 10) };
    })
    .nullable()
    .default(null),
  'left to the server': z
    .string()
    .default('')
    .transform((text) => new Set(text.split(', '))),
});

/** A folder of `scenarios/fidelity/cases/`: tables with one row for each value, and what happens to these. */
export interface ValueCase {
  readonly name: string;
  /** A description of its values for a person. */
  readonly about: string;
  readonly sql: string;
  readonly tables: readonly string[];
  /** The tables that the target has before the copy, empty; MoveTables creates the others. */
  readonly onTarget: { readonly sql: string; readonly tables: readonly string[] };
  /** The oldest MySQL that can have its tables. */
  readonly needs: string;
  readonly writesWith: string;
  /** The required form of updates in the binary log; null if the case does not require one. */
  readonly updates: WantedEvents | null;
  /** Columns whose values the server that is written to chooses. */
  readonly leftToServer: ReadonlySet<string>;
  /** SQL for the new value of a column, by `table.column`. */
  readonly changedBy: ReadonlyMap<string, string>;
  readonly changes: readonly DeclaredChange[];
  /** A case with one of these has a workflow of its own. */
  readonly stops: readonly DeclaredStop[];
  readonly definitions: readonly DeclaredDefinition[];
}

/** @throws usage if one is not in the right form. */
export async function readValueCases(folder: string): Promise<readonly ValueCase[]> {
  const names = (await readdir(folder)).toSorted();
  const { bugs } = await readBugCatalogue();
  return await Promise.all(names.map(async (name) => await readValueCase(path.join(folder, name), bugs)));
}

/** Returns the case with what must be seen in this version of Vitess. */
export function inVersion<Case extends ValueCase>(only: Case, vitess: string): Case {
  const inThis = <Declared extends When>(all: readonly Declared[]) => all.filter((each) => happensIn(vitess, each));
  return {
    ...only,
    changes: inThis(only.changes),
    stops: inThis(only.stops),
    definitions: inThis(only.definitions),
  };
}

async function readValueCase(folder: string, bugs: Readonly<Record<string, When>>): Promise<ValueCase> {
  const sql = await readFile(path.join(folder, 'values.sql'), 'utf8');
  const expected = await readFile(path.join(folder, 'expected.yaml'), 'utf8').catch(() => '{}');
  const target = await readFile(path.join(folder, 'target.sql'), 'utf8').catch(() => '');
  return parseValueCase(path.basename(folder), sql, expected, { bugs, target });
}

/** What belongs to a case and may be absent. */
interface MoreOfCase {
  /** In which versions the bugs happen that `expected.yaml` may name. */
  readonly bugs?: Readonly<Record<string, When>>;
  /** `target.sql`: CREATE TABLE statements. */
  readonly target?: string;
}

/**
 * @param sql `values.sql`: CREATE TABLE and INSERT statements, with comments `-- key: value`.
 * @param expected `expected.yaml`.
 * @throws usage if one of them is not in the right form.
 */
export function parseValueCase(
  name: string,
  sql: string,
  expected: string,
  { bugs = {}, target = '' }: MoreOfCase = {},
): ValueCase {
  const lines = [...sql.matchAll(/^-- ([a-z][^:]*): (.+)$/gm)].map(([, key = '', value = '']) => ({ key, value }));
  const header = HEADER.safeParse(Object.fromEntries(lines.map(({ key, value }) => [key, value])));
  if (!header.success) throw unclear(`${name}/values.sql`, z.prettifyError(header.error));
  const becomes = EXPECTED.safeParse(parse(expected));
  if (!becomes.success) throw unclear(`${name}/expected.yaml`, z.prettifyError(becomes.error));
  const tables = createdNames(sql, `${name}/values.sql`);
  if (tables.length === 0) throw unclear(`${name}/values.sql`, 'no CREATE TABLE');
  const onTarget = { sql: target, tables: createdNames(target, `${name}/target.sql`) };
  const strange = onTarget.tables.filter((table) => !tables.includes(table));
  if (strange.length > 0) throw unclear(`${name}/target.sql`, `${strange.join(', ')}, which values.sql does not have`);
  const changedBy = lines.flatMap(({ key, value }): [string, string][] => {
    const [, column] = /^changes (\S+) to$/.exec(key) ?? [];
    return column === undefined ? [] : [[column, value]];
  });
  const withWhen = <Declared extends Named>(declared: readonly Declared[]) =>
    declared.map((each) => ({ ...each, ...whenOf(name, each, bugs) }));
  return {
    name,
    about: header.data.about,
    sql,
    tables,
    onTarget,
    needs: header.data.needs,
    writesWith: header.data['writes with'],
    updates: header.data['updates are logged as'],
    leftToServer: header.data['left to the server'],
    changedBy: new Map(changedBy),
    changes: withWhen(becomes.data.changes),
    stops: withWhen(becomes.data.stops),
    definitions: withWhen(becomes.data.definitions),
  };
}

const EVERYWHERE: When = { since: [], mended: [] };

/** The bugs of the catalogue that something declared names. */
interface Named {
  readonly bug?: string | undefined;
  readonly unless?: string | undefined;
}

/** Returns when something declared happens; for a bug, only the catalogue says so. */
function whenOf(name: string, { bug, unless }: Named, bugs: Readonly<Record<string, When>>): When {
  return { ...(bug === undefined ? EVERYWHERE : named('bug', bug)), hiddenBy: hiding() };

  function hiding(): When | undefined {
    if (unless === undefined) return undefined;
    const { since, mended } = named('unless', unless);
    if (since.length + mended.length > 0) return { since, mended };
    throw unclear(`${name}/expected.yaml`, `unless: ${unless}, which is in every version`);
  }

  function named(key: string, wanted: string): When {
    const found = bugs[wanted];
    if (found !== undefined) return { since: found.since, mended: found.mended };
    throw unclear(`${name}/expected.yaml`, `${key}: ${wanted}, which the catalogue does not have`);
  }
}

/**
 * Returns the cases that this version of MySQL supports.
 *
 * @throws unknown if there is none, because nothing would be compared.
 */
export function casesFor(version: string, all: readonly ValueCase[]): readonly ValueCase[] {
  const cases = all.filter((each) => canHave(version, each));
  if (cases.length > 0) return cases;
  throw trouble({
    what: 'This MySQL can have none of the cases, so nothing is compared.',
    expected: all.map(({ name, needs }) => `MySQL ${needs} for ${name}`).join(', '),
    seen: version,
    next: 'Name an image of a newer one in ROUNDTRIP_MYSQL_IMAGE, or choose other cases.',
  });
}

/** @param version of a MySQL, such as `9.7.4-2`. */
export function canHave(version: string, { needs }: Pick<ValueCase, 'needs'>): boolean {
  return version.localeCompare(needs, 'en', { numeric: true }) >= 0;
}

function createdNames(sql: string, where: string): string[] {
  const all = tokens(sql, where);
  return all.flatMap(({ text }, at) => {
    const isCreated = text.toUpperCase() === 'TABLE' && all[at - 1]?.text.toUpperCase() === 'CREATE';
    const name = all[at + 1]?.text;
    return isCreated && name !== undefined ? [name] : [];
  });
}

function unclear(where: string, seen: string) {
  return usage({
    what: 'A case of fidelity is not in the right form.',
    seen,
    where: `scenarios/fidelity/cases/${where}`,
  });
}

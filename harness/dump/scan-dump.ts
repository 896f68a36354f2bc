import { closest } from 'fastest-levenshtein';
import { usage } from '../errors.ts';
import { readDump, type ReadOptions } from './read-dump.ts';

/** What a dump contains for one database. */
export interface DumpContents {
  /** Null if nothing in it says so. */
  readonly database: string | null;
  /** In the dump's order; `bytes` counts its rows' statements. */
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
  readonly views: readonly string[];
  readonly triggers: readonly string[];
  readonly routines: readonly string[];
  readonly events: readonly string[];
}

export interface ScanOptions extends ReadOptions {
  /** Which one to use of a dump that contains several. */
  readonly database?: string;
}

type Others = 'views' | 'triggers' | 'routines' | 'events';
const OTHERS = { view: 'views', trigger: 'triggers', routine: 'routines', event: 'events' } as const;

class Contents {
  readonly tables = new Map<string, number>();
  readonly others: Record<Others, Set<string>> = {
    views: new Set(),
    triggers: new Set(),
    routines: new Set(),
    events: new Set(),
  };

  /** Rows of a table that the dump does not create are for the server to refuse. */
  addRows(table: string, bytes: number): void {
    const before = this.tables.get(table);
    if (before !== undefined) this.tables.set(table, before + bytes);
  }
}

/**
 * Reads a dump to its end without any server.
 *
 * @throws usage as `readDump`; for several databases of which none is chosen, one that does not exist, and no table.
 */
export async function scanDump(dump: string, options: ScanOptions = {}): Promise<DumpContents> {
  const databases = new Map<string | null, Contents>();
  for await (const { kind, name, of, bytes } of readDump(dump, options)) {
    if (name === null || kind === 'database') continue;
    const contents = databases.get(of) ?? new Contents();
    databases.set(of, contents);
    if (kind === 'table') contents.tables.set(name, 0);
    else if (kind === 'rows') contents.addRows(name, bytes.length);
    else if (kind === 'view' || kind === 'trigger' || kind === 'routine' || kind === 'event') {
      contents.others[OTHERS[kind]].add(name);
    }
  }
  const [database, contents] = choose(dump, databases, options.database);
  const { views, triggers, routines, events } = contents.others;
  // A view of a dump has a stand-in, which 5.7’s mysqldump made a table.
  const tables = [...contents.tables].filter(([name]) => !views.has(name)).map(([name, bytes]) => ({ name, bytes }));
  return { database, tables, views: [...views], triggers: [...triggers], routines: [...routines], events: [...events] };
}

function choose(
  dump: string,
  databases: ReadonlyMap<string | null, Contents>,
  asked: string | undefined,
): [string | null, Contents] {
  const filled = [...databases].filter(([, { tables }]) => tables.size > 0);
  const names = filled.flatMap(([name]) => name ?? []);
  if (filled.length === 0) {
    throw usage({
      what: 'The dump creates no table.',
      expected: 'at least one CREATE TABLE',
      seen: 'none',
      where: dump,
      next: 'Was it made with --no-create-info? Make it with the schema.',
    });
  }
  // A dump that names no database is taken to be of the one that is asked for.
  const chosen =
    filled.find(([name]) => name === asked) ?? (asked !== undefined && names.length > 0 ? null : filled[0]);
  if (chosen && (asked !== undefined || filled.length === 1)) return [asked ?? chosen[0], chosen[1]];
  throw usage({
    what: asked === undefined ? 'The dump contains several databases.' : 'The dump does not contain that database.',
    expected: asked === undefined ? 'source.database, to choose one' : `one of ${names.join(', ')}`,
    seen: asked === undefined ? names.join(', ') : asked,
    where: dump,
    ...(asked === undefined ? {} : { next: `Is it ${closest(asked, names)}? Correct source.database.` }),
  });
}

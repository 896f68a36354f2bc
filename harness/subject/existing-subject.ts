import { ownWorkload, type Config } from '../config/config.ts';
import { unshardedVschema } from '../config/to-vschema.ts';
import { sampleKeys } from '../derive/keys.ts';
import { checkedWorkload } from '../derive/workload.ts';
import { usage } from '../errors.ts';
import type { ForeignKeyHandling } from '../preflight/rule.ts';
import { readDatabase, type Database } from '../schema/database.ts';
import { openForReading } from '../schema/read.ts';
import { handlingOf } from './foreign-keys.ts';
import type { LoadedSubject, Subject, SubjectLoadOptions } from './subject.ts';

/** The tables of a source that is already running; they are only read, and nothing is loaded. */
export function existingSubject(config: Config): Subject {
  const { tables, keyspaces } = config;
  return {
    name: config.name ?? keyspaces.source ?? 'source',
    tables,
    vschema: unshardedVschema(tables),
    load: async (options) => await read(config, options),
  };
}

/** Returns how the foreign keys are copied. A plan, which asks no server, has to say the same as the run. */
export function plannedForeignKeys({ foreignKeys }: Pick<Config, 'foreignKeys'>): ForeignKeyHandling | 'none' {
  return foreignKeys === 'auto' ? 'none' : foreignKeys;
}

async function read(config: Config, { connect }: SubjectLoadOptions): Promise<LoadedSubject> {
  const { tables } = config;
  await using connection = await openForReading(connect, 'the source');
  const database = await readDatabase(connection.read);
  refuseUnlessThere(database, tables);
  refuseUnplanned(config, database);
  const moving = database.tables.filter(({ name }) => tables.includes(name));
  const own = ownWorkload(config);
  const loaded = own === null ? new Map() : await sampleKeys(connection.read, moving);
  const workload = own === null ? { statements: {} } : checkedWorkload(own, moving, loaded);
  return {
    rows: 0,
    rowsPerSecond: 0,
    application: { tables, seed: { tables: {} }, workload, loaded },
    foreignKeys: plannedForeignKeys(config),
  };
}

function refuseUnlessThere({ name, tables: there }: Database, tables: readonly string[]): void {
  const missing = tables.filter((table) => there.every((each) => each.name !== table));
  if (missing.length === 0) return;
  throw usage({
    what: 'Tables to move do not exist.',
    expected: tables.join(', '),
    seen: there.map((each) => each.name).join(', ') || 'no table',
    where: `the database ${name} of the source; tables of the config`,
    next: `Correct ${missing.join(', ')}; nothing was changed.`,
  });
}

function refuseUnplanned({ foreignKeys, tables }: Config, database: Database): void {
  const needed = handlingOf('auto', database, tables);
  if (foreignKeys === 'auto' && needed !== 'none') {
    throw usage({
      what: 'Tables that move have foreign keys, and the config does not say how they are copied.',
      expected: 'foreignKeys: copied, or atomic-copy if all tables move',
      seen: 'auto',
      where: 'foreignKeys of the config',
      next: `Set foreignKeys: ${needed} in the config. Nothing was changed.`,
    });
  }
  const others = database.tables.filter(({ name }) => !tables.includes(name)).map(({ name }) => name);
  if (foreignKeys !== 'atomic-copy' || others.length === 0) return;
  throw usage({
    what: 'An atomic copy takes every table of the source keyspace, and the config does not name all of them.',
    expected: `all of ${database.tables.map(({ name }) => name).join(', ')}`,
    seen: `without ${others.join(', ')}`,
    where: 'tables of the config',
    next: 'Name them, or set foreignKeys: copied in the config. Nothing was changed.',
  });
}

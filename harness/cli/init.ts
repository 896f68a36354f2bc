import { access, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkbox, confirm, input, number } from '@inquirer/prompts';
import { configText, type Answers } from '../config/config-text.ts';
import { readConfig } from '../config/read-config.ts';
import { scanDump, type DumpContents } from '../dump/scan-dump.ts';
import { usage } from '../errors.ts';
import { roundtripCommand } from './again.ts';
import type { Screen } from './screen.ts';

export interface InitOptions {
  /** The config to write. */
  readonly out: string;
  readonly yes: boolean;
  readonly force: boolean;
}

/**
 * Writes a config for a schema or dump, by asking questions or by taking the defaults.
 *
 * @param schema null to look for it: the only one in the folder.
 * @throws usage when a config exists already, there is no schema, or there is nobody to ask.
 */
export async function init(schema: string | null, options: InitOptions, screen: Screen): Promise<void> {
  const { out, yes, force } = options;
  if (!force && (await exists(out))) {
    throw usage({
      what: 'A config exists already.',
      where: out,
      next: 'Choose another file with --out, or add --force.',
    });
  }
  if (!yes && !process.stdin.isTTY) {
    throw usage({ what: 'There is nobody to ask.', expected: 'a terminal, or --yes', next: 'Add --yes.' });
  }
  const file = schema ?? (await onlySchema(yes));
  const contents = await scanDump(file);
  const proposed = propose(path.relative(path.dirname(path.resolve(out)), path.resolve(file)), contents);
  await writeFile(out, configText(yes ? proposed : await ask(proposed, contents)));
  await readConfig(out);
  screen.print(`wrote ${out}: ${told(contents)}.\nnext: ${roundtripCommand('rehearse', ['--config', out])}\n`);
}

async function onlySchema(isSilent: boolean): Promise<string> {
  const found = (await readdir('.')).filter((name) => /\.sql(?:\.gz|\.zst)?$/.test(name)).toSorted();
  if (!isSilent) return await input({ message: 'Schema or dump:', default: found[0] ?? '', required: true });
  if (found.length === 1) return found[0]!;
  throw usage({
    what: 'It is not clear which schema is meant.',
    expected: 'exactly one .sql, .sql.gz or .sql.zst file in this folder',
    seen: found.join(', ') || 'none',
    next: 'Name it: roundtrip init FILE --yes.',
  });
}

function propose(file: string, { database, tables }: DumpContents): Answers {
  return {
    file,
    database,
    targetKeyspace: database === 'customer' ? 'target' : 'customer',
    tables: ['*'],
    rows: tables.every(({ bytes }) => bytes === 0) ? 1000 : null,
    rate: 'auto',
    writeGapMs: 5000,
    leaveOut: [],
  };
}

async function ask(proposed: Answers, contents: DumpContents): Promise<Answers> {
  const names = contents.tables.map(({ name }) => name);
  const source = await input({ message: 'Keyspace of the source:', default: proposed.database ?? 'commerce' });
  const targetKeyspace = await input({ message: 'Keyspace to move the tables to:', default: proposed.targetKeyspace });
  const all = await confirm({ message: `Move all ${names.length} tables?`, default: true });
  const tables = all ? ['*'] : await checkbox({ message: 'Which tables move?', choices: names, required: true });
  const rows =
    proposed.rows === null ? null : await number({ message: 'Rows to make in each table:', default: 1000, min: 0 });
  const isMeasured = await confirm({
    message: 'Send as many operations per second as this machine can sustain?',
    default: true,
  });
  const rate = isMeasured ? 'auto' : await number({ message: 'Operations per second:', default: 100, min: 1 });
  const writeGapMs = await number({ message: 'Longest write gap, ms:', default: proposed.writeGapMs, min: 1 });
  const leaveOut =
    contents.triggers.length === 0 ||
    !(await confirm({
      message: `Leave out the ${contents.triggers.length} triggers, which do not move?`,
      default: false,
    }))
      ? []
      : ['triggers'];
  return {
    ...proposed,
    database: source,
    targetKeyspace,
    tables,
    rows: rows ?? proposed.rows,
    rate: rate ?? proposed.rate,
    writeGapMs: writeGapMs ?? proposed.writeGapMs,
    leaveOut,
  };
}

/** Returns for example `3 tables, 1 view`. */
function told({ tables, views, triggers, routines, events }: DumpContents): string {
  const counts = { table: tables, view: views, trigger: triggers, routine: routines, event: events };
  return Object.entries(counts)
    .flatMap(([kind, { length }]) => (length === 0 ? [] : [`${length} ${kind}${length === 1 ? '' : 's'}`]))
    .join(', ');
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

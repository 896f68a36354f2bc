import { access, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkbox, confirm, input, number } from '@inquirer/prompts';
import { configText, type Answers } from '../config/config-text.ts';
import { readConfig } from '../config/read-config.ts';
import type { DumpContents } from '../dump/read-dump.ts';
import { usage } from '../errors.ts';
import { Recorder } from '../history/recorder.ts';
import { setUp } from '../run/set-up.ts';
import { describeContents, readAsStep } from '../subject/dump-source.ts';
import { roundtripCommand } from './again.ts';
import type { Screen } from './screen.ts';
import { makeWorkload, refuseExisting, TRAFFIC_DEFAULTS } from './traffic.ts';

export interface InitOptions {
  /** The config to write. */
  readonly out: string;
  readonly yes: boolean;
  readonly force: boolean;
  /** Logs from which a workload is made, once there is a config. */
  readonly traffic: readonly string[];
  /** Which database to use from a dump that contains several. */
  readonly database?: string;
  /** `source.settings`, such as `sql_mode=ANSI`, for a MySQL that does not accept the file without them. */
  readonly settings?: readonly string[];
}

/**
 * Writes a config for a schema or dump, by asking questions or by taking the defaults. If logs are named, it writes a
 * workload too.
 *
 * @returns whether vtgate runs all statements of the logs that the source runs.
 * @param schema null to look for it: the only one in the folder.
 * @throws usage when a config exists already, there is no schema, MySQL does not accept it, or there is nobody to ask.
 */
export async function init(
  schema: string | null,
  options: InitOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  const { out, yes, force, traffic } = options;
  if (!force && (await exists(out))) {
    throw usage({
      what: 'A config already exists.',
      where: out,
      next: 'Choose another file with --out, or add --force.',
    });
  }
  if (!yes && !process.stdin.isTTY) {
    throw usage({ what: 'There is nobody to ask.', expected: 'a terminal, or --yes', next: 'Add --yes.' });
  }
  const workload = path.join(path.dirname(out), TRAFFIC_FILE);
  if (!force && traffic.length > 0) await refuseExisting(workload);
  const file = schema ?? (await onlySchema(yes));
  const contents = await contentsOf(file, options, screen, signal);
  const proposed = propose(path.relative(path.dirname(path.resolve(out)), path.resolve(file)), contents, options);
  const answers = yes ? proposed : await ask(proposed, contents);
  await writeFile(out, configText(answers));
  const { config } = await readConfig(out);
  screen.print(`wrote ${out}: ${describeContents(contents)}.${onEmpty(contents, proposed.from)}\n`);
  let isAlike = true;
  if (traffic.length > 0) {
    isAlike = await makeWorkload(traffic, config, { ...TRAFFIC_DEFAULTS, config: out, out: workload }, screen, signal);
    await writeFile(out, configText({ ...answers, workload: TRAFFIC_FILE }));
  }
  screen.print(`next: ${roundtripCommand('rehearse', ['--config', out])}\n`);
  return isAlike;
}

const TRAFFIC_FILE = 'traffic.yaml';

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

/** Has a MySQL read the file, and shows that it does. */
async function contentsOf(
  file: string,
  options: InitOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<DumpContents> {
  const recorder = new Recorder();
  return await screen.show(recorder, async () => {
    const { docker, images } = await setUp(recorder);
    const settings = settingsOf(options);
    const reading = { docker, images, settings, database: options.database, leaveOut: [], keepsRows: true, signal };
    await using dump = await readAsStep(file, recorder, reading);
    return dump.contents;
  });
}

/** @throws usage for a setting without a value. */
function settingsOf({ settings = [] }: InitOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(setting) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw usage({ what: 'A setting has no value.', expected: '--settings sql_mode=ANSI', seen: setting });
    }),
  );
}

function propose(file: string, contents: DumpContents, options: InitOptions): Answers {
  const { name } = contents.database;
  const empty = emptyTables(contents);
  const from = empty === contents.rows.size ? 'generated' : 2 * empty > contents.rows.size ? 'completed' : 'file';
  return {
    file,
    database: name,
    isChosen: options.database !== undefined,
    settings: settingsOf(options),
    targetKeyspace: name === 'customer' ? 'target' : 'customer',
    tables: ['*'],
    from,
    rows: 1000,
    rate: 'auto',
    writeGapMs: 5000,
    leaveOut: [],
  };
}

function emptyTables({ rows }: DumpContents): number {
  return [...rows.values()].filter((count) => count === 0).length;
}

/** Says how many tables of a dump have no rows, because a rehearsal without rows shows little. */
function onEmpty(contents: DumpContents, from: Answers['from']): string {
  const [empty, all] = [emptyTables(contents), contents.rows.size];
  if (empty === 0 || empty === all) return '';
  return ` ${empty} of ${all} tables have no rows; data.from: completed ${from === 'completed' ? 'makes' : 'would make'} some for them.`;
}

async function ask(proposed: Answers, contents: DumpContents): Promise<Answers> {
  const names = contents.database.tables.map(({ name }) => name);
  const source = await input({ message: 'Keyspace of the source:', default: proposed.database });
  const targetKeyspace = await input({ message: 'Keyspace to move the tables to:', default: proposed.targetKeyspace });
  const all = await confirm({ message: `Move all ${names.length} tables?`, default: true });
  const tables = all ? ['*'] : await checkbox({ message: 'Which tables move?', choices: names, required: true });
  const isMade = proposed.from !== 'file';
  const rows = isMade
    ? await number({ message: 'Rows to make in each table that has none:', default: 1000, min: 0 })
    : null;
  const isMeasured = await confirm({
    message: 'Send as many operations per second as this machine can sustain?',
    default: true,
  });
  const rate = isMeasured ? 'auto' : await number({ message: 'Operations per second:', default: 100, min: 1 });
  const writeGapMs = await number({ message: 'Longest write gap, ms:', default: proposed.writeGapMs, min: 1 });
  const leaveOut =
    contents.database.triggers.length === 0 ||
    !(await confirm({
      message: `Leave out the ${contents.database.triggers.length} triggers, which do not move?`,
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

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

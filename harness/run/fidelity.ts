import path from 'node:path';
import type { ConnectionOptions } from 'mysql2/promise';
import { trouble } from '../errors.ts';
import { undeclared, type CaseResult } from '../fidelity/declared.ts';
import { experimentalFlags } from '../fidelity/experimental-flags.ts';
import { loadReference, loadTables, readValueTables } from '../fidelity/reference.ts';
import type { FidelityResult, FidelitySettings } from '../fidelity/result.ts';
import { silentRules } from '../fidelity/silent-rules.ts';
import { SOURCE_ZONE } from '../fidelity/source.ts';
import { SMALLEST_TARGET } from '../cluster/cluster-layout.ts';
import type { Tablet } from '../cluster/tablet.ts';
import { casesFor, inVersion, type ValueCase } from '../fidelity/value-case.ts';
import type { Recorder } from '../history/recorder.ts';
import { primaryEndpoint } from '../migration/context.ts';
import { queryRows, withConnection } from '../cluster/mysql-endpoint.ts';
import { preflight } from '../preflight/preflight.ts';
import type { RuleFinding } from '../preflight/rule-finding.ts';
import type { Artifacts } from '../report/artifacts.ts';
import { openForReading } from '../schema/read.ts';
import type { Subject } from '../subject/subject.ts';
import { fidelityStory } from './fidelity-story.ts';
import type { LoadedCase } from './fidelity-leg.ts';
import { perform } from './perform.ts';
import type { Run } from './run.ts';

export interface FidelityOptions {
  readonly cases: readonly ValueCase[];
  readonly recorder: Recorder;
  readonly artifacts: Artifacts;
  readonly signal: AbortSignal;
}

const CLUSTER = { ...SMALLEST_TARGET, sourceMachineZone: SOURCE_ZONE };

/**
 * Takes the values of cases there, back and there again on servers of their own.
 *
 * @throws the error that ended the run before every case was taken.
 */
export async function tryFidelity(options: FidelityOptions): Promise<FidelityResult> {
  const { cases, recorder, artifacts, signal } = options;
  let loaded: Loaded = { cases: [], tooNew: [], findings: [] };
  const results: CaseResult[] = [];
  let about: FidelitySettings | undefined;
  const subject = subjectOf(cases, (each) => (loaded = each));
  const what = { subject, kinds: {}, seed: 1, recorder, artifacts, signal, cluster: CLUSTER };
  // The run's own verdict does not matter here: if a value arrives as another one, the sides are not equal.
  const { thrown } = await perform({ ...what, plannedSteps: [], required: [] }, async (run) => {
    const { vitess } = await run.cluster.versions();
    await fidelityStory(
      run,
      () => loaded.cases.map((each) => inVersion(each, vitess)),
      (result) => results.push(result),
    );
    about = await settingsOf(run);
  });
  if (thrown instanceof Error) throw thrown;
  if (about === undefined) throw trouble({ what: 'The run ended before its settings were read.' });
  const inOrder = cases.flatMap((each) => whole(each, results));
  const { vitess } = about;
  const surprises = inOrder.flatMap((result) => {
    const declared = cases.find(({ name }) => name === result.name)!;
    return [...undeclared(result, inVersion(declared, vitess)), ...silentRules(declared, loaded.findings)];
  });
  const leftOut = loaded.tooNew.map(({ name, needs }) => ({ name, needs }));
  return { ...about, cases: inOrder, leftOut, surprises, run: path.relative('.', artifacts.path) };
}

/** Returns the result of a case whose tables may have been taken apart, and none if it was left out. */
function whole({ name, tables }: ValueCase, results: readonly CaseResult[]): CaseResult[] {
  const parts = results.filter((each) => each.name === name);
  const columns = parts.flatMap((each) => each.columns);
  return parts.slice(0, 1).map((first) => ({
    ...first,
    columns: tables.flatMap((table) => columns.filter((column) => column.table === table)),
    vdiffs: parts.flatMap(({ vdiffs }) => vdiffs),
    definitions: parts.flatMap(({ definitions }) => definitions),
  }));
}

interface Loaded {
  readonly cases: readonly LoadedCase[];
  /** Cases that need a newer MySQL than the running one. */
  readonly tooNew: readonly ValueCase[];
  /** What preflight says about the tables before they move. */
  readonly findings: readonly RuleFinding[];
}

/** All tables of the cases that this MySQL can have, filled with the rows that are copied. */
function subjectOf(all: readonly ValueCase[], told: (loaded: Loaded) => void): Subject {
  let tables = all.flatMap((each) => each.tables);
  return {
    name: 'fidelity',
    // The server's version decides which cases there are.
    get tables() {
      return tables;
    },
    vschema: { sharded: false, tables: Object.fromEntries(tables.map((table) => [table, {}])) },
    load: async ({ connect }) => {
      const startedAt = performance.now();
      await using connection = await openForReading(connect, 'the source');
      // In the source's own zone, two hours of autumn look the same.
      await connection.read("SET SESSION time_zone = '+00:00'");
      const version = (await connection.read('SELECT VERSION() AS version'))[0]?.['version'] ?? '';
      const cases = casesFor(version, all);
      tables = cases.flatMap((each) => each.tables);
      await loadReference(connect, cases);
      const loaded: LoadedCase[] = [];
      for (const each of cases) loaded.push({ ...each, shapes: await readValueTables(connection.read, each) });
      let rows = 0;
      for (const each of loaded) rows += await loadTables(connect, each);
      const findings = await preflight({ source: connect, target: null }, { tables, keyspaces: [], documents: 'all' });
      told({ cases: loaded, tooNew: all.filter((each) => !cases.includes(each)), findings });
      const rowsPerSecond = (rows * 1000) / (performance.now() - startedAt);
      const application = { tables, seed: { tables: {} }, workload: { statements: {} } };
      return { rows, rowsPerSecond, application, foreignKeys: 'none' };
    },
  };
}

const VARIABLES = [
  'version',
  'binlog_row_image',
  'binlog_row_value_options',
  'sql_mode',
  'time_zone',
  'system_time_zone',
  'collation_server',
];

async function settingsOf({ cluster, migration }: Run): Promise<FidelitySettings> {
  const { vitess } = await cluster.versions();
  const [source, target] = await Promise.all(
    (['source', 'target'] as const).map(async (side) => variablesOf(await primaryEndpoint(migration.context, side))),
  );
  const variables = VARIABLES.map((name) => ({
    name,
    source: source!.get(name) ?? '',
    target: target!.get(name) ?? '',
  }));
  const flags = {
    source: await flagsOf(await cluster.unmanagedTablets()),
    target: await flagsOf(await cluster.managedTablets()),
  };
  const on = new Date().toISOString().slice(0, 10);
  return { on, vitess, experimentalFlags: flags, variables };
}

/** Returns the experimental features of a side's tablets; more than one entry if the tablets differ. */
async function flagsOf(tablets: readonly Tablet[]): Promise<string> {
  const all = await Promise.all(
    tablets.map(async (tablet) => {
      const { output } = await tablet.server.exec(['vttablet', '--help']);
      return experimentalFlags(await tablet.page('/debug/vars'), output);
    }),
  );
  return [...new Set(all)].join(' and ');
}

async function variablesOf(endpoint: ConnectionOptions): Promise<ReadonlyMap<string, string>> {
  return await withConnection(endpoint, async (connection) => {
    const sql = 'SHOW GLOBAL VARIABLES WHERE Variable_name IN (?)';
    const rows = await queryRows<{ Variable_name: string; Value: string }>(connection, sql, [VARIABLES]);
    return new Map(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  });
}

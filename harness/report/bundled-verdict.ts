import { isErrorClass } from '../error-classes.ts';
import type { OutcomeCounts } from '../history/workload-findings.ts';
import type { PhaseName } from '../history/steps.ts';
import type { BundleNames } from './bundle-names.ts';
import { safeWords } from './safe-words.ts';
import type { CutoverResult, RunResult } from './verdict.ts';

/** What reduces a result. */
export interface BundleRules {
  readonly names: BundleNames;
  /** The preflight rules of this program; any other word in their place is left out. */
  readonly knownRules: ReadonlySet<string>;
}

const PHASES: Readonly<Record<PhaseName, true>> = {
  read: true,
  engine: true,
  image: true,
  cluster: true,
  load: true,
  preflight: true,
  statements: true,
  writes: true,
  row: true,
  rest: true,
  vdiffAtRest: true,
  checksum: true,
  constraints: true,
  finalState: true,
};

const OPERATION_WORDS: ReadonlySet<string> = new Set(
  'rows append bank ids sql insert update delete read transfer generate transaction'.split(' '),
);
const SERVERS: ReadonlySet<string> = new Set(['source-mysql', 'etcd', 'vtctld', 'vtgate']);
const LEFT_OUT = '…';

/**
 * Returns the result of a run without values: every figure, and every word that can only be this program's. It is built
 * from the fields that are known to be safe, and contains nothing that is not named here.
 */
export function bundledVerdict(run: RunResult, rules: BundleRules): Readonly<Record<string, unknown>> {
  const { names } = rules;
  names.learn(run);
  const table = (name: string | null) => (name === null ? null : names.of('table', name));
  const said = (text: string) => safeWords(text, names.shown);
  return {
    verdict: run.verdict,
    reasons: run.reasons.map(said),
    decision: decisionOf(run, said),
    subject: names.of('subject', run.fixture),
    seed: run.seed,
    profile: run.profile,
    versions: run.versions === null ? null : versionsOf(run.versions),
    steps: run.steps.map(({ name, durationMs, verdict }) => ({ name, durationMs, verdict })),
    phases: run.phases.map(({ name, durationMs, verdict }) => ({ name: phaseOf(name), durationMs, verdict })),
    load: run.load,
    copy: run.copy,
    tables: run.tables.map(({ table: name, rows, bytes }) => ({ table: table(name), rows, bytes })),
    preflight: run.preflight.map(({ rule, severity, table: name, what }) => ({
      rule: rules.knownRules.has(rule) ? rule : LEFT_OUT,
      severity,
      table: table(name),
      what: said(what),
    })),
    vdiffs: run.vdiffs.map(({ workflow, keyspace, rowsCompared, mismatchedRows, tables }) => ({
      workflow: names.of('workflow', workflow),
      keyspace: names.of('keyspace', keyspace),
      rowsCompared,
      mismatchedRows,
      tables: tables.map((each) => ({ ...each, table: table(each.table) })),
    })),
    checksums: run.checksums.map(({ table: name, rows, equal }) => ({ table: table(name), rows, equal })),
    cutovers: run.cutovers.map(cutoverOf),
    workload: {
      operations: operationsOf(run.workload.operations),
      errors: errorsOf(run.workload.errors),
      staleReads: run.workload.staleReads,
    },
    // A finding may be about a server rather than a table, and a server may be named after its host.
    invariants: invariantsOf(run, (name) => (name === null ? null : (names.shown.get(name) ?? LEFT_OUT)), said),
    failures: failuresOf(run),
    // These are numbered, like statements.
    transactions: (run.transactions ?? []).map(({ transaction: _transaction, errors, ...figures }, at) => ({
      transaction: at + 1,
      ...figures,
      errors: errorsOf(errors),
    })),
    exercised: (run.exercised ?? []).map(({ table: name, before, after }) => ({ table: table(name), before, after })),
    lagMs: run.lagMs,
    totalMs: run.totalMs,
    capacity: run.capacity ?? null,
    cost: costOf(run),
  };
}

function decisionOf({ decision }: RunResult, said: (text: string) => string) {
  return {
    verdict: decision.verdict,
    reasons: decision.reasons.map(said),
    thresholds: decision.thresholds.map(({ id, unit, limit, measured, met }) => ({ id, unit, limit, measured, met })),
  };
}

/** Keeps only numbers, because anything else in a version may name a vendor's or a customer's build. */
function versionsOf(versions: NonNullable<RunResult['versions']>): Record<string, string> {
  const { mysql, vitess, etcd, node } = versions;
  return { mysql: numbers(mysql), vitess: numbers(vitess), etcd: numbers(etcd), node: numbers(node) };
}

function numbers(text: string): string {
  return /^v?(\d{1,4}(?:\.\d{1,4}){1,3})/.exec(text)?.[1] ?? LEFT_OUT;
}

function phaseOf(name: string): string {
  return Object.hasOwn(PHASES, name) ? name : LEFT_OUT;
}

function cutoverOf({ errors, ...cutover }: CutoverResult) {
  return { ...cutover, errors: errorsOf(errors) };
}

function operationsOf(operations: RunResult['workload']['operations']) {
  const found: { kind: string; operation: string; counts: OutcomeCounts }[] = [];
  for (const [kind, all] of Object.entries(operations)) {
    for (const [name, { ok, fail, info }] of Object.entries(all)) {
      found.push({ kind: operationWord(kind), operation: operationWord(name), counts: { ok, fail, info } });
    }
  }
  return found;
}

function operationWord(text: string): string {
  return OPERATION_WORDS.has(text) ? text : LEFT_OUT;
}

function errorsOf(errors: Readonly<Record<string, number>>) {
  return Object.entries(errors).map(([name, count]) => ({ error: errorClass(name), count }));
}

function errorClass(name: string): string {
  return isErrorClass(name) || name === 'not-sent' ? name : LEFT_OUT;
}

function invariantsOf(
  { invariants }: RunResult,
  table: (name: string | null) => string | null,
  said: (text: string) => string,
) {
  return invariants.map(({ id, verdict, judged, count, reason, findings }) => ({
    id,
    verdict,
    judged,
    count,
    ...(reason === undefined ? {} : { reason: said(reason) }),
    findings: findings.map(({ table: name, what, index, weight, which }) => ({
      table: table(name),
      what: said(what),
      index,
      weight,
      which,
    })),
  }));
}

function failuresOf({ failures }: RunResult) {
  if (failures === undefined) return null;
  const { statements, outsideSwitches, resources } = failures;
  return {
    // Statements are numbered, because their names may be the statements themselves.
    statements: statements.map(({ error, count, aroundSwitches, retried = 0, cause }, at) => ({
      statement: at + 1,
      error: errorClass(error),
      count,
      aroundSwitches,
      retried,
      cause,
    })),
    outsideSwitches,
    lackedResources: resources?.count ?? 0,
  };
}

function costOf({ cost }: RunResult) {
  if (cost === undefined) return null;
  const { cpuSeconds, harnessShare } = cost;
  let others = 0;
  const servers = Object.entries(cpuSeconds.servers ?? {}).map(([name, seconds]) => ({
    server: SERVERS.has(name) ? name : `tablet-${(others += 1)}`,
    seconds,
  }));
  return { harness: cpuSeconds.harness, application: cpuSeconds.application ?? null, servers, harnessShare };
}

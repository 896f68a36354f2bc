import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../errors.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import type { FaultObservation } from '../history/observations.ts';
import { Recorder } from '../history/recorder.ts';
import { clusterFor, needsOf } from '../nemesis/needs.ts';
import { askedPairs, nameOf, PAIRS, type Pair } from '../nemesis/pairs.ts';
import { openArtifacts } from '../report/artifacts.ts';
import { faultTable, parseTried, withTable, type TriedFault } from '../report/fault-table.ts';
import { faultStory } from '../run/fault-story.ts';
import { perform } from '../run/perform.ts';
import { fixtureSubject } from '../subject/fixture-subject.ts';
import type { Screen } from './screen.ts';

export interface FaultsOptions {
  readonly only?: string;
  readonly seed: number;
  /** The folder in which each run makes its own, and where `faults.json` is written. */
  readonly artifacts: string;
  readonly list: boolean;
  /** A page whose table is rewritten. */
  readonly table?: string;
  /** Whether to strike in a random order, which the seed determines. */
  readonly random: boolean;
  /** How long to go on, starting over when all have been struck; by default each is struck once. */
  readonly minutes?: number;
}

/** How many pairs share one cluster: what the faults did to the rows is looked for once they are all over. */
const PAIRS_A_CLUSTER = 10;

/** The copy has to last long enough to be met in its middle. */
const SCALE = 0.1;

/**
 * Strikes faults at points of a migration, one cluster after another, and writes the outcome of each. Outcomes of
 * others from an earlier run stay in `faults.json`.
 *
 * @returns whether every pair was exercised, recovered in the end, and broke no invariant.
 * @throws usage if no pair is chosen.
 */
export async function faults(options: FaultsOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const chosen = options.only === undefined ? PAIRS : askedPairs([options.only], '--only');
  if (options.list) {
    const width = Math.max(...chosen.map((pair) => nameOf(pair).length)) + 2;
    for (const pair of chosen) screen.print(`${nameOf(pair).padEnd(width)}${pair.fault.about}\n`);
    return true;
  }
  const file = path.join(options.artifacts, 'faults.json');
  const before = await readTried(file);
  const tried: TriedFault[] = [];
  let left = options.random ? drawn(chosen, options.seed) : chosen;
  const deadline = options.minutes === undefined ? Infinity : performance.now() + options.minutes * 60_000;
  while (left.length > 0 && !signal.aborted && performance.now() < deadline) {
    const most = needsOf([left[0]!]).includes('end') ? 1 : PAIRS_A_CLUSTER;
    const group = left.filter((pair) => needsLike(pair, left[0]!)).slice(0, most);
    const { faults: done, untried } = await onOneCluster(group, options, screen, signal);
    tried.push(...done);
    // A cluster on which nothing at all was tried would be begun again for ever.
    if (done.length === 0) break;
    left = [...untried, ...left.filter((pair) => !group.includes(pair))];
    if (left.length === 0 && options.minutes !== undefined) left = drawn(chosen, options.seed + tried.length);
    await write(inOrder([...before, ...tried]), file, options);
  }
  screen.print(`\n${faultTable(tried)}\n\n${otherThanBefore(before, tried)}`);
  return (left.length === 0 || options.minutes !== undefined) && tried.length > 0 && tried.every(isGood);
}

function isGood({ outcome, invariantsBroken, isCompared }: TriedFault): boolean {
  return isCompared && outcome !== 'broken' && outcome !== 'not-exercised' && invariantsBroken.length === 0;
}

/** The pairs in an order that depends on the seed alone. */
function drawn(pairs: readonly Pair[], seed: number): readonly Pair[] {
  const weight = (pair: Pair) =>
    createHash('sha256')
      .update(`${seed} ${nameOf(pair)}`)
      .digest('hex');
  const weights = new Map(pairs.map((pair) => [pair, weight(pair)]));
  return pairs.toSorted((a, b) => weights.get(a)!.localeCompare(weights.get(b)!));
}

function keyOf({ fault, point }: Pick<TriedFault, 'fault' | 'point'>): string {
  return `${fault} at ${point}`;
}

/** Keeps the latest outcome of each pair, in the order of the list. */
function inOrder(all: readonly TriedFault[]): readonly TriedFault[] {
  const last = new Map(all.map((each) => [keyOf(each), each]));
  return PAIRS.flatMap((pair) => last.get(nameOf(pair)) ?? []);
}

/** Says which pairs had another outcome when they were struck before. */
function otherThanBefore(before: readonly TriedFault[], tried: readonly TriedFault[]): string {
  const known = new Map(before.map((each) => [keyOf(each), each.outcome]));
  return tried
    .filter((each) => known.has(keyOf(each)) && known.get(keyOf(each)) !== each.outcome)
    .map((each) => `${keyOf(each)}: ${each.outcome}, and ${known.get(keyOf(each))} before\n`)
    .join('');
}

async function readTried(file: string): Promise<readonly TriedFault[]> {
  const text = await readFile(file, 'utf8').catch(() => '[]');
  return parseTried(JSON.parse(text));
}

interface Done {
  readonly faults: readonly TriedFault[];
  readonly untried: readonly Pair[];
}

/** Only pairs that need the same can share a cluster. */
function needsLike(pair: Pair, other: Pair): boolean {
  return needsOf([pair]).join() === needsOf([other]).join();
}

async function onOneCluster(
  pairs: readonly Pair[],
  { seed, artifacts: folder }: FaultsOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<Done> {
  const recorder = new Recorder();
  const artifacts = await openArtifacts(path.resolve(folder));
  const subject = fixtureSubject(scaled(await readFixture('commerce'), SCALE));
  const outcomes: { readonly pair: Pair; readonly outcome: FaultObservation }[] = [];
  let untried: readonly Pair[] = pairs;
  const what = {
    subject,
    seed,
    recorder,
    artifacts,
    signal,
    cluster: { rdonlys: 0, replicas: 2, ...clusterFor(needsOf(pairs)) },
  };
  const performed = await screen.show(
    recorder,
    async () =>
      await perform({ ...what, plannedSteps: [], required: [] }, async (run) => {
        await faultStory(run, pairs, (pair, outcome) => {
          // What is seen of servers that are being removed says nothing about the fault.
          if (signal.aborted) return;
          outcomes.push({ pair, outcome });
          untried = pairs.slice(outcomes.length);
        });
      }),
  );
  const { thrown, result } = performed;
  if (thrown instanceof Error && outcomes.length === 0) throw thrown;
  if (thrown !== undefined) screen.print(`the cluster was given up: ${messageOf(thrown)}\n`);
  const invariantsBroken = result.invariants.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  const isCompared = result.invariants.some(({ id, verdict }) => id === 'sides-equal' && verdict === 'pass');
  const shown = path.relative(process.cwd(), artifacts.path);
  return {
    untried,
    faults: outcomes.map(({ pair, outcome }) => {
      const again = `npm run faults -- --only '${outcome.fault}/${outcome.point}' --seed ${seed}`;
      const { of: _of, ...rest } = outcome;
      return {
        ...rest,
        about: pair.fault.about,
        when: pair.point.about,
        invariantsBroken,
        isCompared,
        run: shown,
        again,
      };
    }),
  };
}

async function write(
  tried: readonly TriedFault[],
  file: string,
  { table }: Pick<FaultsOptions, 'table'>,
): Promise<void> {
  await writeFile(file, `${JSON.stringify(tried, null, 2)}\n`);
  if (table === undefined) return;
  const page = await readFile(table, 'utf8').catch(() => '');
  await writeFile(table, withTable(page, tried, PAIRS.length));
}

import { judgeRun } from '../harness/checker/judge-run.ts';
import type { InvariantResult } from '../harness/history/invariants.ts';
import type { Verdict } from '../harness/history/steps.ts';

/** `bench/checker.ts` starts this program for each history: it judges the run in the named folder, and prints this. */
export interface Judged {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly verdict: Verdict;
  readonly results: readonly InvariantResult[];
}

const [directory = ''] = process.argv.slice(2);
const startedAt = performance.now();
const { verdict, results } = await judgeRun(directory);
const seconds = (performance.now() - startedAt) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ seconds, peakBytes, verdict, results } satisfies Judged));

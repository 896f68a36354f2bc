import sequencer from '@jest/test-sequencer';

// The package's types describe its CommonJS form; what Node imports is the class itself.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const TestSequencer = sequencer as unknown as typeof sequencer.default;
type Sort = InstanceType<typeof TestSequencer>['sort'];

/**
 * Scenario files that take minutes, the longest first. Two files run at a time, and a long one that begins last would
 * run alone, while half of the machine is idle. Jest itself goes by the size of a file that it has not run before.
 */
const LONGEST = [
  'scenarios/fidelity/every-value.ts',
  'scenarios/verdict/cases.ts',
  'scenarios/own-migration/existing-cluster.ts',
  'scenarios/documentation/for-users.ts',
  'scenarios/documentation/for-contributors.ts',
  'scenarios/documentation/benchmarks.ts',
  'scenarios/preflight/rules.ts',
  'scenarios/own-migration/bad-input.ts',
  'scenarios/own-migration/dump-files.ts',
  'scenarios/own-migration/schema-to-report.ts',
];

/** Begins with the files that are known to take longest, and leaves the rest in Jest's own order. */
export default class LongestFirst extends TestSequencer {
  override async sort(tests: Parameters<Sort>[0]): Promise<Awaited<ReturnType<Sort>>> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own method, and no array's
    const sorted = await super.sort(tests);
    return sorted.toSorted((a, b) => placeOf(a.path) - placeOf(b.path));
  }
}

function placeOf(path: string): number {
  const at = LONGEST.findIndex((file) => path.endsWith(`/${file}`));
  return at < 0 ? LONGEST.length : at;
}

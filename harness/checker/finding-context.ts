import type { Finding } from '../history/invariants.ts';
import { readHistory, type RawLine } from '../history/history-reader.ts';
import type { ScannedOperation } from '../history/history-reader.ts';

/**
 * How many lines about the same row are kept for each finding, before its own line and from there on. The lines next to
 * its own are also kept.
 */
const BEFORE = 3;
const AFTER = 4;

class FindingContext {
  readonly finding: Finding;
  readonly #before: [number, string][] = [];
  readonly #after: [number, string][] = [];

  constructor(finding: Finding) {
    this.finding = finding;
  }

  /** A line about the same row. */
  add(index: number, text: string): void {
    const own = this.finding.index ?? Infinity;
    if (index >= own) {
      if (this.#after.length < AFTER) this.#after.push([index, text]);
      return;
    }
    this.#before.push([index, text]);
    const most = own === Infinity ? BEFORE + AFTER : BEFORE;
    if (this.#before.length > most) this.#before.shift();
  }

  /** @param neighbours lines next to its own. */
  lines(neighbours: ReadonlyMap<number, string>): string[] {
    const all = new Map([...this.#before, ...this.#after]);
    const { index } = this.finding;
    for (const near of placesNear(index)) {
      const text = neighbours.get(near);
      if (text !== undefined) all.set(near, text);
    }
    return [...all].toSorted(([a], [b]) => a - b).map(([, text]) => text);
  }
}

/** Reads the history again to collect the lines around a few findings, at most 9 for each. */
export async function readFindingContexts(
  file: string,
  findings: readonly Finding[],
): Promise<(finding: Finding) => readonly string[]> {
  const all = findings.map((finding) => new FindingContext(finding));
  const byTable = Map.groupBy(
    all.filter(({ finding }) => finding.table !== null && finding.key !== null),
    ({ finding }) => finding.table!,
  );
  const near = new Set(findings.flatMap(({ index }) => placesNear(index)));
  const neighbours = new Map<number, string>();
  const keep = (index: number, raw: RawLine) => {
    if (near.has(index)) neighbours.set(index, raw.toString());
  };
  await readHistory(file, {
    operation: (operation, raw) => {
      for (const each of byTable.get(operation.table) ?? []) {
        if (isAbout(operation, each.finding.key!)) each.add(operation.index, raw.toString());
      }
      for (const { table, key } of operation.executed ?? []) {
        for (const each of byTable.get(table) ?? []) {
          if (key === each.finding.key) each.add(operation.index, raw.toString());
        }
      }
      keep(operation.index, raw);
    },
    line: (line, raw) => keep(line.index, raw),
  });
  return (finding) => all.find((each) => each.finding === finding)?.lines(neighbours) ?? [];
}

function placesNear(index: number | null): number[] {
  return index === null ? [] : [index - 1, index, index + 1];
}

function isAbout({ key, value, to, duplicate }: ScannedOperation, wanted: string | number): boolean {
  if (key === wanted || to === wanted || duplicate === wanted) return true;
  return key === null && value === wanted;
}

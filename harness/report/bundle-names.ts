import type { RunResult } from './verdict.ts';

type NameKind = 'subject' | 'table' | 'keyspace' | 'workflow' | 'column';

/** The tables of the workload that belong to the harness itself. */
const OWN_TABLES = ['roundtrip_rows', 'roundtrip_append', 'roundtrip_bank', 'roundtrip_ids'];

/** What a bundle has for the names of a schema: the names themselves, or numbers. */
export class BundleNames {
  readonly #isAnonymous: boolean;
  readonly #shown = new Map<string, string>();
  readonly #counts = new Map<NameKind, number>();

  constructor(isAnonymous: boolean) {
    this.#isAnonymous = isAnonymous;
  }

  /** All names that have been replaced so far, and their replacements. */
  get shown(): ReadonlyMap<string, string> {
    return this.#shown;
  }

  of(kind: NameKind, name: string): string {
    const known = this.#shown.get(name);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const shown = this.#isAnonymous ? `${kind}-${count}` : name;
    this.#shown.set(name, shown);
    return shown;
  }

  /** Adds the names in a result, so that texts may keep them. */
  learn({ fixture, tables, vdiffs, checksums, preflight, exercised = [] }: RunResult): void {
    for (const name of OWN_TABLES) this.#shown.set(name, name);
    this.of('subject', fixture);
    for (const { table } of preflight) if (table !== null) this.of('table', table);
    for (const { table } of [...tables, ...checksums, ...exercised]) this.of('table', table);
    for (const { workflow, keyspace, tables: compared } of vdiffs) {
      this.of('workflow', workflow);
      this.of('keyspace', keyspace);
      for (const { table } of compared) this.of('table', table);
    }
  }
}

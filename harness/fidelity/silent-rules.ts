import { stoppingTables } from './expected.ts';
import type { ValueCase } from './value-case.ts';

/** The part of preflight's findings that is needed here. */
interface Found {
  readonly rule: string;
  readonly table: string | null;
}

/** Returns which rules of preflight a case names although they do not find the tables in question. */
export function silentRules(
  { name, tables, changes, stops, definitions }: ValueCase,
  findings: readonly Found[],
): string[] {
  const named = [
    ...changes.map(({ rule, column }) => ({ rule, table: column.split('.')[0]! })),
    ...definitions.map(({ rule, table }) => ({ rule, table })),
    ...stops.flatMap((stop) => stoppingTables(stop, tables).map((table) => ({ rule: stop.rule, table }))),
  ];
  const silent = named.filter(
    ({ rule, table }) => !findings.some((found) => found.rule === rule && found.table === table),
  );
  const texts = silent.map(({ rule, table }) => `${name}: ${rule} of preflight does not find ${table}`);
  return [...new Set(texts)];
}

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
    ...changes.map(({ rule, column }) => ({ rule, where: [column.split('.')[0]!] })),
    ...definitions.map(({ rule, table }) => ({ rule, where: [table] })),
    ...stops.map(({ rule }) => ({ rule, where: tables })),
  ];
  const silent = named.filter(
    ({ rule, where }) => !findings.some((found) => found.rule === rule && where.includes(found.table ?? '')),
  );
  const texts = silent.map(({ rule, where }) => `${name}: ${rule} of preflight does not find ${where.join(' or ')}`);
  return [...new Set(texts)];
}

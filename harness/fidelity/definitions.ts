import type { Side } from '../side.ts';
import type { DeclaredDefinition } from './expected.ts';

/** When definitions are compared: after the copy has ended, and after every leg has been taken. */
export type DefinitionMoment = 'after the copy' | 'at the end';

/** Whether a table on one side was defined as it was on the source before anything was copied. */
export interface DefinitionOutcome {
  readonly table: string;
  readonly side: Side;
  readonly moment: DefinitionMoment;
  /** The lines that are gone, and those that replaced them; null if the definition is the same. */
  readonly change: { readonly from: string; readonly to: string } | null;
}

/** The looks at a table whose copy ended. */
const LOOKS = (['after the copy', 'at the end'] as const).flatMap((moment) =>
  (['source', 'target'] as const).map((side) => ({ side, moment })),
);

/** Compares the output of SHOW CREATE TABLE. The current value of AUTO_INCREMENT does not matter. */
export function definitionChange(before: string, after: string): DefinitionOutcome['change'] {
  const [from, to] = [withoutCounter(before), withoutCounter(after)];
  if (from === to) return null;
  const [lost, added] = [linesBeyond(from, to), linesBeyond(to, from)];
  // If only the order of the lines differs, all of them are shown.
  if (lost.length + added.length === 0) return { from, to };
  return { from: inWords(lost), to: inWords(added) };
}

/**
 * Returns which definitions changed otherwise than declared, and which were not looked at although the copy ended.
 *
 * @param copied the tables whose copy ended.
 * @param declared how the target defines tables otherwise.
 */
export function changedDefinitions(
  outcomes: readonly DefinitionOutcome[],
  copied: readonly string[],
  declared: readonly Pick<DeclaredDefinition, 'table' | 'from' | 'to'>[],
): string[] {
  const changed = outcomes.flatMap(({ table, side, moment, change }) => {
    const own = side === 'target' ? declared.filter((each) => each.table === table) : [];
    if (change === null) return own.map(({ from }) => `${table}, ${side}, ${moment}: its definition still has ${from}`);
    if (own.some(({ from, to }) => from === change.from && to === change.to)) return [];
    return [`${table}, ${side}, ${moment}: its definition changes from ${change.from} to ${change.to}`];
  });
  const missed = copied.flatMap((table) =>
    LOOKS.filter(
      (look) =>
        !outcomes.some((each) => each.table === table && each.side === look.side && each.moment === look.moment),
    ).map(({ side, moment }) => `${table}, ${side}, ${moment}: its definition was not compared`),
  );
  return [...changed, ...missed];
}

function withoutCounter(definition: string): string {
  return definition.replace(/^(\) ENGINE=\w+) AUTO_INCREMENT=\d+/m, '$1');
}

function linesBeyond(definition: string, other: string): string[] {
  const others = new Set(linesOf(other));
  return linesOf(definition).filter((line) => !others.has(line));
}

/** Which line is the last, without a comma, depends on the others. */
function linesOf(definition: string): string[] {
  return definition.split('\n').map((line) => line.trim().replace(/,$/, ''));
}

function inWords(lines: readonly string[]): string {
  return lines.join(', ') || 'nothing';
}

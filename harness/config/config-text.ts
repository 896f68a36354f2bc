import { stringify } from 'yaml';

/** What `roundtrip init` asks for. */
export interface Answers {
  /** The schema or dump, relative to the config. */
  readonly file: string;
  /** Null where the dump names none. */
  readonly database: string | null;
  readonly targetKeyspace: string;
  /** Names and globs; tables after `!` stay. */
  readonly tables: readonly string[];
  /** Rows of each table, if they are generated; null where the dump brings its own. */
  readonly rows: number | null;
  /** Operations per second. */
  readonly rate: number | 'auto';
  readonly writeGapMs: number;
  readonly leaveOut: readonly string[];
}

/** Returns a config as a person would write it, with a comment on each key. */
export function configText(answers: Answers): string {
  const { file, database, targetKeyspace, tables, rows, rate, writeGapMs, leaveOut } = answers;
  const data =
    rows === null
      ? []
      : [
          '# Rows are generated from the schema: columns by type, name and constraint. Per table or glob: { orders: 100000, "*": 1000 }.',
          `data:\n  from: generated\n  rows: ${rows}`,
        ];
  return `${[
    '# What roundtrip rehearses: npx roundtrip rehearse --config FILE. docs/config.md explains every key.',
    '# source.leaveOut: views, triggers, routines or events to leave out of the rehearsal.',
    `source:\n${indented(stringify({ file, ...(leaveOut.length === 0 ? {} : { leaveOut }) }))}`,
    '# Tables to move; those after ! stay.',
    `tables: ${stringify([...tables], { collectionStyle: 'flow' }).trim()}`,
    `keyspaces:\n${indented(stringify({ ...(database === null ? {} : { source: database }), target: targetKeyspace }))}`,
    ...data,
    '# Operations per second, including reads; auto: as many as this machine can sustain. The statements are derived from the schema until you list your own.',
    `workload:\n  rate: ${rate}`,
    '# The answer is no-go when one of these is exceeded. errorsPerCutover and failedStatements limit how often your own statements may fail around a switch, and at other times.',
    `thresholds:\n  writeGapMs: ${writeGapMs}\n  errorsPerCutover: 0\n  failedStatements: 0\n  lagMs: 5000`,
    '# How the rehearsal ends: complete or cancel.',
    'end: complete',
  ].join('\n')}\n`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

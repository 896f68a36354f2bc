import { stringify } from 'yaml';

/** The answers that `roundtrip init` asks for. */
export interface Answers {
  /** The schema or dump, relative to the config. */
  readonly file: string;
  readonly database: string;
  /** Whether the dump contains other databases. */
  readonly isChosen: boolean;
  /** Variables of the source MySQL. */
  readonly settings: Readonly<Record<string, string>>;
  readonly targetKeyspace: string;
  /** Names and globs; tables after `!` stay. */
  readonly tables: readonly string[];
  readonly from: 'file' | 'completed' | 'generated';
  /** Rows of each table whose rows are generated. */
  readonly rows: number;
  /** Operations per second. */
  readonly rate: number | 'auto';
  readonly writeGapMs: number;
  readonly leaveOut: readonly string[];
  /** The file with the workload, relative to the config; the statements are derived without one. */
  readonly workload?: string;
}

/** Returns a config as a person would write it, with a comment on each key. */
export function configText(answers: Answers): string {
  const { file, database, isChosen, settings, targetKeyspace, tables, from, rows, rate, writeGapMs, leaveOut } =
    answers;
  const data =
    from === 'file'
      ? []
      : [
          from === 'generated'
            ? '# Rows are generated from the schema: columns by type, name and constraint. Per table or glob: { orders: 100000, "*": 1000 }.'
            : '# Tables that have no rows in the file get generated ones. Per table or glob: { orders: 100000, "*": 1000 }.',
          `data:\n  from: ${from}\n  rows: ${rows}`,
        ];
  return `${[
    '# What roundtrip rehearses: npx roundtrip rehearse --config FILE. docs/config.md explains every key.',
    '# source.leaveOut: views, triggers, routines or events to leave out of the rehearsal.',
    `source:\n${indented(stringify({ file, ...(isChosen ? { database } : {}), ...(Object.keys(settings).length === 0 ? {} : { settings }), ...(leaveOut.length === 0 ? {} : { leaveOut }) }))}`,
    '# Tables to move; those after ! stay.',
    `tables: ${stringify([...tables], { collectionStyle: 'flow' }).trim()}`,
    `keyspaces:\n${indented(stringify({ source: database, target: targetKeyspace }))}`,
    ...data,
    '# Operations per second, including reads; auto: as many as this machine can sustain. The statements are derived from the schema until you list your own, or name a file with them.',
    `workload:\n${indented(stringify({ ...(answers.workload === undefined ? {} : { file: answers.workload }), rate }))}`,
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

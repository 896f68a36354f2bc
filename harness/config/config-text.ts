import { stringify } from 'yaml';

/** What `roundtrip init` asks for. */
export interface Answers {
  /** The schema or dump, relative to the config. */
  readonly file: string;
  /** Null where the dump names none. */
  readonly database: string | null;
  readonly targetKeyspace: string;
  /** Names and globs; those after `!` stay. */
  readonly tables: readonly string[];
  /** Rows of each table, where they are made; null where the dump brings its own. */
  readonly rows: number | null;
  /** Operations a second. */
  readonly rate: number | 'auto';
  readonly writeGapMs: number;
  readonly leaveOut: readonly string[];
}

/** A config as a person would write it, with a word on each key. */
export function configText(answers: Answers): string {
  const { file, database, targetKeyspace, tables, rows, rate, writeGapMs, leaveOut } = answers;
  const data =
    rows === null
      ? []
      : [
          '# Rows are made from the schema, by type, name and constraint; by table or glob, as { orders: 100000, "*": 1000 }.',
          `data:\n  from: generated\n  rows: ${rows}`,
        ];
  return `${[
    '# What roundtrip rehearses: npx roundtrip rehearse --config FILE. docs/config.md tells of every key.',
    '# source.leaveOut: views, triggers, routines or events that the rehearsal does without.',
    `source:\n${indented(stringify({ file, ...(leaveOut.length === 0 ? {} : { leaveOut }) }))}`,
    '# Tables that move; those after ! stay.',
    `tables: ${stringify([...tables], { collectionStyle: 'flow' }).trim()}`,
    `keyspaces:\n${indented(stringify({ ...(database === null ? {} : { source: database }), target: targetKeyspace }))}`,
    ...data,
    '# Operations a second, reads included; auto: as many as this machine keeps. The statements are derived from the schema until you name your own.',
    `workload:\n  rate: ${rate}`,
    '# Beyond one of these, the answer is no-go. Your own statements may fail so often around a switch, and at other times.',
    `thresholds:\n  writeGapMs: ${writeGapMs}\n  errorsPerCutover: 0\n  failedStatements: 0\n  lagMs: 5000`,
    '# How it ends: complete or cancel.',
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

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { usage } from '../errors.ts';
import { parseAccount } from '../preflight/accounts.ts';
import { SEVERITIES } from '../preflight/rule-finding.ts';

/** A MySQL that a case needs. */
export interface WantedServer {
  /** The variables with which it starts. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether it is for this case alone, because the case leaves something behind that cannot be undone. */
  readonly isFresh: boolean;
}

const list = z.string().transform((text) => text.split(', '));
const server = z.string().transform((text): WantedServer => {
  const pairs = text.split(' ').filter((word) => word.includes('='));
  return { settings: Object.fromEntries(pairs.map((pair) => pair.split('='))), isFresh: text === 'fresh' };
});

/** Keys that a case's comments can have. */
const HEADER = z.strictObject({
  /** `plain`, `fresh`, or the variables it starts with: `name=value name=value`. */
  source: server.default({ settings: {}, isFresh: false }),
  /** By default there is no target, unless there is SQL for it. */
  target: server.optional(),
  /** The tables that move; all of them by default. */
  tables: list.optional(),
  keyspaces: list.default(['commerce', 'customer']),
  'foreign keys': z.enum(['copied', 'atomic-copy', 'dropped']).default('copied'),
  'left out': list.pipe(z.array(z.enum(['views', 'triggers', 'routines', 'events']))).default([]),
  /** Accounts of Vitess, in the form of `preflight.accounts` of a config. */
  accounts: list.transform((names) => names.map(parseAccount)).default([]),
  /** An account without a password that preflight connects as. */
  'reads as': z.string().optional(),
  /** Whether to look for rows that break constraints, as a rehearsal does. */
  'looks at rows': z.literal('yes').optional(),
  /** What the source says about itself, instead of its real answer, if no such server is available. */
  'instead of its version': z.string().optional(),
  'instead of its reserved words, all but': list.default([]),
  /** Other rules that also find something. */
  also: list.default([]),
  /** The severity of the finding, if it is not the rule's. */
  severity: z.enum(SEVERITIES).optional(),
});

/** One finding that a case must produce. */
export interface ExpectedFinding {
  /** Null if the rule names none. */
  readonly table: string | null;
  /** `…` in it stands for any text. */
  readonly what: string;
}

/** What fixes a breaking case, and on which server. */
export interface ExpectedMend {
  /** A part of what the finding says; `…` in it is a name to choose. */
  readonly sql: string;
  readonly on: 'source' | 'target';
}

/** One SQL file of a rule's folder. */
export interface RuleCase {
  readonly name: string;
  readonly isBreaking: boolean;
  readonly header: z.output<typeof HEADER>;
  readonly sql: { readonly source: string; readonly target: string };
  /** Empty if the case holds. */
  readonly finds: readonly ExpectedFinding[];
  /** Alternative fixes. */
  readonly mends: readonly ExpectedMend[];
  /** Files beside the SQL, by name; the servers find them in a folder of their own. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Reads the cases in a rule's folder: `breaks.sql`, `holds.sql`, and more of either as `breaks-….sql`. Each is SQL for
 * the source and, after a line `-- On the target.`, for the target; comments `-- key: value` say what the case needs
 * and finds.
 *
 * @throws usage if one of the two is missing, or a case is not in the right form.
 */
export async function readRuleCases(folder: string): Promise<readonly RuleCase[]> {
  const texts = new Map<string, string>();
  for (const name of (await readdir(folder)).toSorted()) {
    texts.set(name, await readFile(path.join(folder, name), 'utf8'));
  }
  const files = Object.fromEntries([...texts].filter(([name]) => !name.endsWith('.sql')));
  const cases = [...texts].filter(([name]) => name.endsWith('.sql')).map(([name, text]) => parse(name, text, files));
  for (const [isBreaking, name] of [
    [true, 'breaks.sql'],
    [false, 'holds.sql'],
  ] as const) {
    if (!cases.some((each) => each.isBreaking === isBreaking)) throw unclear(path.join(folder, name), 'no such file');
  }
  return cases;
}

function parse(name: string, text: string, files: Readonly<Record<string, string>>): RuleCase {
  const [, kind] = /^(breaks|holds)(?:-[\w-]+)?\.sql$/.exec(name) ?? [];
  if (kind === undefined) throw unclear(name, 'a name that begins with neither breaks nor holds');
  const [source = '', target] = text.split(/^-- On the target\.$/m);
  const lines = [...text.matchAll(/^-- ([a-z][^:]*): (.+)$/gm)].map(([, key = '', value = '']) => ({ key, value }));
  const finds = lines.flatMap(({ key, value }): ExpectedFinding[] => {
    const [isOne, table] = /^finds(?: in (.+))?$/.exec(key) ?? [];
    return isOne === undefined ? [] : [{ table: table ?? null, what: value }];
  });
  const mends = lines.flatMap(({ key, value }): ExpectedMend[] => {
    const [isOne, on] = /^mend(?: on the (target))?$/.exec(key) ?? [];
    return isOne === undefined ? [] : [{ sql: value, on: on === 'target' ? 'target' : 'source' }];
  });
  const others = lines.filter(({ key }) => !/^(mend|finds)\b/.test(key));
  const header = HEADER.safeParse({
    ...(target === undefined ? {} : { target: 'plain' }),
    ...Object.fromEntries(others.map(({ key, value }) => [key, value])),
  });
  if (!header.success) throw unclear(name, z.prettifyError(header.error));
  const isBreaking = kind === 'breaks';
  if (isBreaking !== finds.length > 0) throw unclear(name, 'findings in what holds, or none in what breaks');
  return { name, isBreaking, header: header.data, sql: { source, target: target ?? '' }, finds, mends, files };
}

function unclear(where: string, seen: string) {
  return usage({ what: 'A case of a rule is not in the right form.', seen, where });
}

import { expect, test } from '@jest/globals';
import { checkConstraints } from '../observe/constraints.ts';
import type { Facts } from '../preflight/facts.ts';
import { SEVERITIES, type RuleFinding } from '../preflight/rule-finding.ts';
import { judgeFacts, readSource, readTarget } from '../preflight/preflight.ts';
import type { Rule } from '../preflight/rule.ts';
import { openForReading } from '../schema/read.ts';
import { readRuleCases, type RuleCase } from './rule-case.ts';
import type { RuleServer, RuleServers } from './rule-servers.ts';

/** Rules that find something on every MySQL that the suite can start, because Vitess is not tested with Debian's. */
const EVERYWHERE = 'server-version';

/** Most of this time is for a server that has to start. */
const TIMEOUT_MS = 120_000;

/** A fix that contains SQL must be tried. */
const SQL = /\b(ALTER|CREATE|DROP|GRANT|RENAME|RESET|SET) [A-Z]/;

/** Starts the servers of a case, and runs its SQL on them. */
interface Ready {
  readonly source: RuleServer;
  readonly target: RuleServer | null;
}

/** Tests one rule by the cases in its folder; a rule without a folder fails. */
export function ruleTest(rule: Rule, folder: string, servers: () => RuleServers): void {
  test(
    `preflight: ${rule.id}: ${rule.title}`,
    async () => {
      for (const ruleCase of await readRuleCases(folder)) await tryCase(servers(), rule, ruleCase);
    },
    TIMEOUT_MS,
  );
}

/** Tries one case, and each of its fixes, which starts from the beginning. */
async function tryCase(servers: RuleServers, rule: Rule, ruleCase: RuleCase): Promise<void> {
  const { mends } = ruleCase;
  for (const mend of mends.length === 0 ? [null] : mends) {
    await prepared(servers, ruleCase, async (ready) => {
      const findings = await findingsOf(ruleCase, ready);
      requireFindings(rule, ruleCase, findings);
      if (mend === null) return;
      await ready[mend.on]?.run(mend.sql.replaceAll('…', '`mended`'));
      const severity = ruleCase.header.severity ?? rule.severity;
      const left = (await findingsOf(ruleCase, ready)).filter(isOf(rule)).filter((found) => !isLess(found, severity));
      // A case with several findings needs a fix for each.
      const mended = left.filter((found) => ruleCase.finds.length === 1 || found.mend?.includes(mend.sql));
      expect({ case: ruleCase.name, after: mend.sql, finds: mended }).toEqual({
        case: ruleCase.name,
        after: mend.sql,
        finds: [],
      });
    });
  }
}

async function prepared(
  servers: RuleServers,
  { header, sql, files }: RuleCase,
  body: (ready: Ready) => Promise<void>,
): Promise<void> {
  await servers.with('source', header.source, files, async (source) => {
    await source.run(sql.source);
    if (header.target === undefined) return await body({ source, target: null });
    await servers.with('target', header.target, files, async (target) => {
      if (sql.target !== '') await target.run(sql.target);
      await body({ source, target });
    });
  });
}

/** Returns what all rules find. */
async function findingsOf({ header }: RuleCase, { source, target }: Ready): Promise<readonly RuleFinding[]> {
  const reader = header['reads as'];
  const endpoint = reader === undefined ? source.endpoint : { ...source.endpoint, user: reader, password: '' };
  await using connection = await openForReading(endpoint, 'the source');
  const facts = instead(await readSource(connection.read, header), header);
  const { tables = facts.database.tables.map(({ name }) => name), keyspaces, 'foreign keys': foreignKeys } = header;
  const there = target === null ? null : await targetFacts(target);
  const looks = header['looks at rows'] !== undefined;
  const broken = looks ? (await checkConstraints(source.endpoint, tables)).violations : [];
  const moving = { tables, keyspaces, foreignKeys, leftOut: header['left out'], broken };
  return judgeFacts({ source: facts, target: there }, moving);
}

async function targetFacts({ endpoint }: RuleServer): Promise<Facts> {
  await using connection = await openForReading(endpoint, 'the target');
  return await readTarget(connection.read);
}

function instead(facts: Facts, header: RuleCase['header']): Facts {
  const missing = header['instead of its reserved words, all but'];
  const version = header['instead of its version'] ?? facts.version;
  return {
    ...facts,
    version,
    variables: new Map(facts.variables).set('version', version),
    reservedWords: new Set([...facts.reservedWords].filter((word) => !missing.includes(word))),
  };
}

function requireFindings(rule: Rule, { name, header, finds, mends }: RuleCase, findings: readonly RuleFinding[]): void {
  const own = findings.filter(isOf(rule));
  const others = findings.filter((finding) => !isOf(rule)(finding)).map((finding) => finding.rule);
  const severity = header.severity ?? rule.severity;
  expect({
    case: name,
    finds: own.map(({ table, what, severity: seen }, at) => ({
      table,
      what: asExpected(what, finds[at]?.what),
      severity: seen,
    })),
    also: [...new Set(others)].filter((id) => id !== EVERYWHERE || header.also.includes(id)).toSorted(),
  }).toEqual({ case: name, finds: finds.map((expected) => ({ ...expected, severity })), also: header.also.toSorted() });
  const offered = own.map(({ mend }) => mend ?? '').join('\n');
  for (const { sql } of mends) expect(offered).toContain(sql);
  if (mends.length === 0) expect(offered).not.toMatch(SQL);
}

/** Returns the expected text if what was seen matches it, otherwise what was seen. */
function asExpected(seen: string, expected = ''): string {
  const parts = expected.split('…').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(seen) ? expected : seen;
}

function isOf({ id }: Rule): (finding: RuleFinding) => boolean {
  return ({ rule }) => rule === id;
}

function isLess({ severity }: RuleFinding, than: RuleFinding['severity']): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);
}

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RuleServers } from '../../harness/jest/rule-servers.ts';
import { ruleTest } from '../../harness/jest/rule-trial.ts';
import { RULES } from '../../harness/preflight/rules.ts';

// Claim: each preflight rule finds by name what breaks it on a real server, does not find what nearly breaks it, and
// the fix that it suggests works.

const TIMEOUT_MS = 120_000;
const FOLDER = path.resolve('scenarios/preflight/rules');

let servers: RuleServers;
beforeAll(async () => {
  servers = await RuleServers.open();
}, TIMEOUT_MS);
afterAll(async () => await servers[Symbol.asyncDispose](), TIMEOUT_MS);

test('every folder belongs to a rule', () => {
  const known = RULES.map(({ id }) => id);
  expect(readdirSync(FOLDER).filter((name) => !known.includes(name))).toEqual([]);
});

for (const rule of RULES) ruleTest(rule, path.join(FOLDER, rule.id), () => servers);

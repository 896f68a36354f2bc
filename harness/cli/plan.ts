import type { Config } from '../config/config.ts';
import { liveEndpoint } from '../config/live-source.ts';
import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import { lockStatement, unlockStatement } from '../migration/fence.ts';
import { plan } from '../migration/plan.ts';
import { describeFence, readFencePlan } from '../preflight/fence-plan.ts';
import { planOf } from './existing-rehearsal.ts';

/**
 * Every command that a rehearsal on the config's target would send, step by step. Nothing is connected to, but for a
 * fence the source, which is read: nobody else knows whom it would lock.
 *
 * @throws usage where the config has no target, and for a source on another machine that was not named.
 */
export async function planText(file: string | undefined, allowHost: readonly string[]): Promise<string> {
  const { config } = file === undefined ? { config: null } : await readConfig(file);
  if (config?.target === undefined) {
    throw usage({
      what: 'There is nothing to plan.',
      expected: '--config with a target: a source and a Vitess that run already',
      seen: file === undefined ? 'no --config' : `no target in ${file}`,
      next: 'A rehearsal on servers of its own touches nothing else, and its report.html has the runbook.',
    });
  }
  const { target } = config;
  const steps = plan(planOf(config, target)).map(({ name, commands }) =>
    [name, ...commands.map((command) => `  $ ${command}`)].join('\n'),
  );
  const locked = await fenceLines(config, allowHost);
  return `${[...preface(config.target.vtctld, target.probes), ...locked, ...steps].join('\n')}\n`;
}

async function fenceLines({ fence, target, tables }: Config, allowHost: readonly string[]): Promise<string[]> {
  if (fence === null || target?.mysql === undefined) return [];
  const source = liveEndpoint(target.mysql.source, 'target.mysql.source', allowHost);
  const found = await readFencePlan(source, { ...fence, tables, ofVitess: target.vitessUsers });
  if (found === null) {
    return ['# A fence locks who may write to the tables that move; who that is needs SELECT on the database mysql.'];
  }
  return [
    '# Before each switch of writes to the target, by a fence on the source MySQL, as it is now:',
    ...found.locked.map((account) => `#   ${lockStatement(account)};`),
    ...describeFence(found).map((line) => `#   ${line}`),
    '# After each switch back, and for a person to do after complete:',
    ...found.locked.map((account) => `#   ${unlockStatement(account)};`),
  ];
}

function preface({ host, port }: { host: string; port: number }, probes: boolean): string[] {
  return [
    `# Sent to ${host}:${port}; what waits for something is sent until it is so.`,
    '# UUID stands for a name that each VDiff gets.',
    ...(probes
      ? ['# After each switch, and at rest, for each table on both sides, through vtgate:', `#   ${PROBE}`]
      : ['# No probe writes, as target.probes says.']),
  ];
}

const PROBE = 'BEGIN; SELECT 1; DELETE FROM … WHERE 1 = 0; ROLLBACK';

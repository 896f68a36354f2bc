import type { Config } from '../config/config.ts';
import { liveEndpoint } from '../config/live-source.ts';
import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import { lockStatement, unlockStatement } from '../migration/fence.ts';
import { plan } from '../migration/plan.ts';
import { describeFence, readFencePlan } from '../preflight/fence-plan.ts';
import { planOf } from './existing-rehearsal.ts';

/**
 * Returns every command that a rehearsal on the config's target would send, step by step. Connects to nothing, with one
 * exception: for a fence it reads the source, because only the source knows whom the fence would lock.
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
    return [
      '# A fence locks the accounts that may write to the tables that move; finding them needs SELECT on the database mysql.',
    ];
  }
  return [
    '# Sent by the fence before each switch of writes to the target, going by the accounts that the source MySQL has now:',
    ...found.locked.map((account) => `#   ${lockStatement(account)};`),
    ...describeFence(found).map((line) => `#   ${line}`),
    '# Sent after each switch back, and left for a person to do after complete:',
    ...found.locked.map((account) => `#   ${unlockStatement(account)};`),
  ];
}

function preface({ host, port }: { host: string; port: number }, probes: boolean): string[] {
  return [
    `# Sent to ${host}:${port}; a command that waits for something is repeated until it is so.`,
    '# UUID stands for the name that each VDiff gets.',
    ...(probes
      ? ['# Sent through vtgate after each switch and at rest, for each table on both sides:', `#   ${PROBE}`]
      : ['# No probe writes, because target.probes is false.']),
  ];
}

const PROBE = 'BEGIN; SELECT 1; DELETE FROM … WHERE 1 = 0; ROLLBACK';

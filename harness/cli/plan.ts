import { readConfig } from '../config/read-config.ts';
import { usage } from '../errors.ts';
import { plan } from '../migration/plan.ts';
import { planOf } from './existing-rehearsal.ts';

/**
 * Every command that a rehearsal on the config's target would send, step by step. Nothing is connected to.
 *
 * @throws usage where the config has no target.
 */
export async function planText(file: string | undefined): Promise<string> {
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
  return `${[...preface(config.target.vtctld, target.probes), ...steps].join('\n')}\n`;
}

function preface({ host, port }: { host: string; port: number }, probes: boolean): string[] {
  return [
    `# Sent to ${host}:${port}; what waits for something is sent until it is so.`,
    '# UUID stands for a name that each VDiff gets.',
    '# While one takes longer than 10 s, GetCellInfoNames asks whether vtctld still answers.',
    ...(probes
      ? ['# After each switch, and at rest, for each table on both sides, through vtgate:', `#   ${PROBE}`]
      : ['# No probe writes, as target.probes says.']),
  ];
}

const PROBE = 'BEGIN; SELECT 1; DELETE FROM … WHERE 1 = 0; ROLLBACK';

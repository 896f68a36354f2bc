import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { createOptionsOf } from './create.ts';
import { runbook } from './runbook.ts';

const WORKFLOW = 'shop (2)';
const TABLES = ["o'brien", 'back`quote', '$HOME', 'order lines'];

function steps() {
  return runbook({
    workflow: { workflow: WORKFLOW, targetKeyspace: 'customer' },
    reverse: { workflow: `${WORKFLOW}_reverse`, targetKeyspace: 'commerce' },
    create: createOptionsOf({ sourceKeyspace: 'commerce', tabletTypes: ['primary'] }, TABLES, 'none'),
    shards: { source: '-', target: '-' },
    sidecar: 'vt`ext',
    database: "shop's",
    cell: 'zone1',
  });
}

/** Returns the words that a shell would pass to the program. */
function words(command: string): string[] {
  const script = `printf '%s\\0' ${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('what the runbook prints can be pasted, whatever the names are', () => {
  const commands = steps().flatMap(({ commands: forward, back }) => [...forward, ...back]);
  const client = commands.filter((command) => command.startsWith('vtctldclient')).map(words);
  const created = client.find((command) => command.includes('create') && command[1] === 'MoveTables');
  expect(created).toEqual(expect.arrayContaining([`--workflow=${WORKFLOW}`, `--tables=${TABLES.join(',')}`]));
  expect(words(commands.find((command) => command.startsWith('vttablet')) ?? '')).toContain(
    "--init-db-name-override=shop's",
  );
  expect(commands).toContain('DROP DATABASE `vt``ext`; -- on the source MySQL');
});

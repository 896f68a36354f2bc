import { expect, test } from '@jest/globals';
import { plan, type RehearsalPlan } from './plan.ts';

const PARTS: RehearsalPlan = {
  workflow: { workflow: 'commerce2customer', targetKeyspace: 'customer' },
  reverse: { workflow: 'commerce2customer_reverse', targetKeyspace: 'commerce' },
  create: {
    sourceKeyspace: 'commerce',
    tables: ['a', 'b'],
    atomicCopy: false,
    deferSecondaryKeys: true,
    tabletTypes: ['primary'],
  },
  shards: { source: '0', target: '-' },
  end: 'leave',
  hasMysqls: true,
  resumes: false,
};

/** Returns the commands that change something, in order, shortened to their action. */
function changes(parts: Partial<RehearsalPlan>): string[] {
  const commands = plan({ ...PARTS, ...parts }).flatMap((step) => step.commands);
  return commands.flatMap((command) => {
    const found = /(VDiff.* create|create|switchtraffic|reversetraffic|complete|cancel)(?: |$)/.exec(command);
    const types = /--tablet-types=(rdonly|primary) ?/.exec(command.replace('rdonly,replica', 'rdonly'));
    return found === null ? [] : [`${found[1]!.replace(/^VDiff.*/, 'vdiff')} ${types?.[1] ?? ''}`.trim()];
  });
}

const THERE_AND_BACK = [
  'create primary',
  'vdiff',
  'switchtraffic rdonly',
  'switchtraffic primary',
  'vdiff',
  'reversetraffic rdonly',
  'reversetraffic primary',
  'vdiff',
];

test('traffic goes there and back, and only the ending that was asked for ends the workflow', () => {
  expect(changes({})).toEqual([...THERE_AND_BACK, 'vdiff']);
  expect(changes({ end: 'cancel' })).toEqual([...THERE_AND_BACK, 'vdiff', 'cancel']);
  const again = ['switchtraffic rdonly', 'switchtraffic primary', 'vdiff', 'complete'];
  expect(changes({ end: 'complete' })).toEqual([...THERE_AND_BACK, ...again]);
  expect(
    plan({ ...PARTS, end: 'complete' })
      .at(-1)
      ?.commands.join('\n'),
  ).toContain('complete --keep-data');
});

test('every shard is addressed by its own name', () => {
  const commands = new Set(plan(PARTS).flatMap((step) => step.commands));
  const asked = [...commands].filter((command) => /GetShard|FindAllShards/.test(command));
  expect(asked).toEqual([
    'vtctldclient FindAllShardsInKeyspace commerce',
    'vtctldclient FindAllShardsInKeyspace customer',
    'vtctldclient GetShard commerce/0',
    'vtctldclient GetShard customer/-',
  ]);
});

test('a workflow that is continued is not created', () => {
  expect(changes({ resumes: true })).toEqual([...THERE_AND_BACK.slice(1), 'vdiff']);
});

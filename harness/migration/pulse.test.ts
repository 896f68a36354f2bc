import { expect, test } from '@jest/globals';
import { openConnection } from '../mysql-connection.ts';
import { FakeMySql, type FakeResponse } from '../workload/fake/fake-mysql.ts';
import { Pulse, type Beat } from './pulse.ts';

const BEAT: Beat = { sql: 'SELECT state', essence: (rows) => rows };

async function pulseOf(answer: () => FakeResponse): Promise<{ pulse: Pulse; server: FakeMySql }> {
  const server = await FakeMySql.start(answer);
  return { server, pulse: new Pulse(await openConnection(server.endpoint('source').options, null), BEAT) };
}

test('the first answer is a change, and then each one that differs from the one before', async () => {
  const states = ['started', 'started', 'completed', 'completed'];
  const { pulse, server } = await pulseOf(() => ({ rows: [[states.shift() ?? '']] }));
  await using _ = server;
  using beating = pulse;
  const felt = [];
  for (let at = 0; at < 4; at += 1) felt.push(await beating.hasChanged());
  expect(felt).toEqual([true, false, true, false]);
});

test('a server that falls silent, refuses or goes away is as if it changed all the time, and is not asked again', async () => {
  for (const last of ['silence', 'drop', { code: 1146, message: 'no such table' }] as const) {
    let asked = 0;
    const { pulse, server } = await pulseOf(() => (++asked === 1 ? { rows: [['started']] } : last));
    await using _ = server;
    using beating = pulse;
    await beating.hasChanged();
    const felt = [await beating.hasChanged(), await beating.hasChanged(), await beating.hasChanged()];
    expect({ last, felt, asked }).toEqual({ last, felt: [true, true, true], asked: 2 });
  }
});

test('a server that is not to be asked is as if it changed all the time', async () => {
  using pulse = new Pulse(null, BEAT);
  expect([await pulse.hasChanged(), await pulse.hasChanged()]).toEqual([true, true]);
});

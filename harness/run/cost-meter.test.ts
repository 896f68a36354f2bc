import { expect, test } from '@jest/globals';
import type { MigrationServers } from '../cluster/servers.ts';
import { CostMeter } from './cost-meter.ts';

type Measured = Pick<MigrationServers, 'cpu' | 'source'>;

const endpoint = { host: '127.0.0.1', port: 1, user: 'roundtrip', connectTimeout: 1_000 };
const source = {
  server: { name: 'source-mysql' },
  database: 'commerce',
  harnessEndpoint: endpoint,
  applicationEndpoint: endpoint,
};
const servers: Measured = {
  source,
  cpu: async () => [
    { server: 'source-mysql', cpuSeconds: 9, questionSeconds: 4 },
    { server: 'customer-200', cpuSeconds: 8, questionSeconds: 2 },
    { server: 'etcd', cpuSeconds: 1 },
  ],
};

test('this process is measured from the moment the meter was created', async () => {
  const meter = new CostMeter();
  const begun = process.cpuUsage();
  while (process.cpuUsage(begun).user < 20_000);
  const { harnessSeconds, servers: seen } = await meter.look(servers, 0);
  expect(harnessSeconds).toBeGreaterThanOrEqual(0.02);
  expect(harnessSeconds).toBeLessThan(process.cpuUsage().user / 1e6);
  expect(seen).toEqual(await servers.cpu());
});

test('the cost of questions to the source is unknown when the cost of loading could not be read', async () => {
  const meter = new CostMeter();
  expect(await meter.loading(endpoint, async () => 'loaded')).toBe('loaded');
  const { servers: seen } = await meter.look(servers, 0);
  expect(seen?.map(({ questionSeconds }) => questionSeconds)).toEqual([null, 2, undefined]);
});

test('the time that this process spends on loading the subject is left out', async () => {
  const meter = new CostMeter();
  await meter.loading(endpoint, async () => {
    const begun = process.cpuUsage();
    while (process.cpuUsage(begun).user < 500_000);
  });
  expect((await meter.look(servers, 0)).harnessSeconds).toBeLessThan(0.5);
});

test('what the application has used does not count as the harness’ own', async () => {
  const meter = new CostMeter();
  const begun = process.cpuUsage();
  while (process.cpuUsage(begun).user < 200_000);
  const { harnessSeconds, applicationSeconds } = await meter.look(servers, 0.1);
  expect(applicationSeconds).toBe(0.1);
  expect(harnessSeconds).toBeLessThan((await meter.look(servers, null)).harnessSeconds - 0.09);
});

test('servers that were already running have no figures', async () => {
  expect(await new CostMeter().look({ source, cpu: async () => null }, 0)).toMatchObject({ of: 'cost', servers: null });
});

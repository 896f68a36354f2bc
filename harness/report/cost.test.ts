import { expect, test } from '@jest/globals';
import { costLine, costOf } from './cost.ts';

const SERVERS = [
  { server: 'source-mysql', cpuSeconds: 60.00041, questionSeconds: 3 },
  { server: 'etcd', cpuSeconds: 5 },
  { server: 'vtctld', cpuSeconds: 7, questionSeconds: 7 },
];

test('the share is what the harness and its questions used of the total', () => {
  const cost = costOf({ harnessSeconds: 28, servers: SERVERS });
  expect(cost).toEqual({
    cpuSeconds: { harness: 28, servers: { 'source-mysql': 60, etcd: 5, vtctld: 7 } },
    questionSeconds: { 'source-mysql': 3, vtctld: 7 },
    harnessShare: 0.38,
  });
  expect(costLine(cost)).toBe(
    '100 CPU seconds: source-mysql 60, etcd 5.0, vtctld 7.0, harness 28; 38 % for the harness and its questions',
  );
});

test('the application has a figure of its own, which is a part of the total and not of the share', () => {
  const cost = costOf({ harnessSeconds: 20, applicationSeconds: 8, servers: SERVERS });
  expect(cost).toMatchObject({ cpuSeconds: { harness: 20, application: 8 }, harnessShare: 0.3 });
  expect(costLine(cost)).toBe(
    '100 CPU seconds: source-mysql 60, etcd 5.0, vtctld 7.0, application 8.0, harness 20; 30 % for the harness and its questions',
  );
  const unknown = costOf({ harnessSeconds: 28, applicationSeconds: null, servers: SERVERS });
  expect(unknown).toMatchObject({ cpuSeconds: { harness: 28, application: null }, harnessShare: 0.38 });
  expect(costLine(unknown)).toMatch(/^100 CPU seconds: .*, vtctld 7.0, harness 28; 38 %/);
});

test('a server with an unknown figure does not count as one that used nothing', () => {
  const [source, ...others] = SERVERS;
  const gone = { server: 'customer-200', cpuSeconds: null };
  const cost = costOf({ harnessSeconds: 28, servers: [...SERVERS, gone] });
  expect(cost.cpuSeconds.servers).toHaveProperty('customer-200', null);
  expect(cost.harnessShare).toBeNull();
  expect(costLine(cost)).toMatch(/^at least 100 CPU seconds: .*, customer-200 \?, harness 28; \? % for/);

  const uncounted = costOf({ harnessSeconds: 28, servers: [{ ...source!, questionSeconds: null }, ...others] });
  expect(uncounted.questionSeconds).toEqual({ 'source-mysql': null, vtctld: 7 });
  expect(uncounted.harnessShare).toBeNull();
  expect(costLine(uncounted)).toMatch(/^100 CPU seconds: /);
});

test('nothing is said about servers that were already running', () => {
  const cost = costOf({ harnessSeconds: 12.3456, servers: null });
  expect(cost).toEqual({
    cpuSeconds: { harness: 12.346, servers: null },
    questionSeconds: null,
    harnessShare: null,
  });
  expect(costLine(cost)).toBe(
    '12 CPU seconds for the harness; those of servers that were already running are not known',
  );
});

test('a run that used nothing has no share', () => {
  expect(costOf({ harnessSeconds: 0, servers: [] }).harnessShare).toBeNull();
});

test('two readings that differ by a hair do not make a negative figure', () => {
  const servers = [{ server: 'source-mysql', cpuSeconds: 1, questionSeconds: -1e-9 }];
  expect(costOf({ harnessSeconds: 1, servers })).toMatchObject({
    questionSeconds: { 'source-mysql': 0 },
    harnessShare: 0.5,
  });
});

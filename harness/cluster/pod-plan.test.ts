import { expect, test } from '@jest/globals';
import { planPod } from './pod-plan.ts';
import { tabletPorts } from './tablet.ts';

const LAYOUT = { sourceKeyspace: 'commerce', targetKeyspace: 'customer', replicas: 2, rdonlys: 1, hostPorts: {} };

test('every server of a cluster has a name and ports of its own', () => {
  const plan = planPod(LAYOUT, 1);
  expect([...plan.keys()].toSorted()).toEqual([
    'commerce-100',
    'commerce-101',
    'customer-200',
    'customer-201',
    'customer-202',
    'etcd',
    'source-mysql',
    'source-mysql-2',
    'vtctld',
    'vtgate',
  ]);
  const inside = [100, 101, 200, 201, 202].map((uid) => tabletPorts(uid).grpc);
  const ports = [...[...plan.values()].flat(), ...inside];
  expect(new Set(ports).size).toBe(ports.length);
});

test('ports on this machine that were asked for are those of the source and of vtgate', () => {
  const plan = planPod({ ...LAYOUT, hostPorts: { source: 13_306, vtgate: 23_306 } }, 1);
  const asked = [...plan].flatMap(([name, ports]) =>
    ports.flatMap((port) => (typeof port === 'number' ? [] : [[name, port.host]])),
  );
  expect(asked).toEqual([
    ['vtgate', 23_306],
    ['source-mysql', 13_306],
  ]);
});

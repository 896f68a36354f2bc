import { expect, test } from '@jest/globals';
import { needsOf } from './needs.ts';
import { askedPairs, choosePairs, DEFAULT_FAULTS, nameOf, PAIRS } from './pairs.ts';

test('every pair has a name of its own', () => {
  const names = PAIRS.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});

test('no fault that goes through vtctld strikes while vtctld is halted', () => {
  const isInSwitch = /^(?:switch|reverse)Writes\/(?!before)/;
  expect(PAIRS.filter(({ fault, point }) => fault.usesVtctld === true && isInSwitch.test(point.id))).toEqual([]);
});

test('a pattern without a point means every point', () => {
  expect(choosePairs('vtctld.kill').map(nameOf)).toContain('vtctld.kill at switchWrites/journal');
  expect(choosePairs('vtctld.kill/switchWrites/journal').map(nameOf)).toEqual(['vtctld.kill at switchWrites/journal']);
  expect(choosePairs('*/copy/*').every(({ point }) => point.step === 'copy')).toBe(true);
});

test('every pattern that is struck by default stands for exactly one pair', () => {
  expect(askedPairs('default', 'here')).toHaveLength(DEFAULT_FAULTS.length);
});

test('only faults of the network need links, and none that is struck by default needs anything', () => {
  expect(needsOf(choosePairs('{vtctld,etcd,vtgate,source-*,target-*}.{kill,term,pause*}'))).toEqual(['end']);
  expect(needsOf(choosePairs('*.{kill,cut}'))).toEqual(['end', 'links', 'no-followers']);
  expect(needsOf(askedPairs('default', 'here'))).toEqual([]);
});

test('a pattern that matches nothing is refused by name, even next to one that matches', () => {
  expect(() => askedPairs(['vtctld*', 'vtctd*'], 'faults in x.yaml')).toThrow(
    /seen: +vtctd\*\n +where: +faults in x\.yaml/,
  );
  expect(askedPairs(undefined, 'here')).toEqual([]);
});

test('a fault whose needs are not met is refused by name, with what it needs', () => {
  const failover = ['source.failover/running'];
  expect(() => askedPairs(failover, 'here', ['links', 'no-followers'])).toThrow(
    /expected: +a source with followers[^]*seen: +source\.failover/,
  );
  expect(askedPairs(failover, 'here', ['links', 'followers'])).toHaveLength(1);
});

test('a pattern stands for what can be struck: no fault strikes at the end of a migration that has to go on', () => {
  const names = askedPairs(['vtctld.kill'], 'here', []).map(nameOf);
  expect(names).toContain('vtctld.kill at running');
  expect(names).not.toContain('vtctld.kill at complete/before');
  expect(() => askedPairs(['vtctld.kill/complete/before'], 'here', [])).toThrow(/a migration that ends with it/);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { RoundtripError } from '../errors.ts';
import { liveEndpoint, refuseUnnamed } from './live-source.ts';
import { readConfig } from './read-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'target-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TARGET = {
  tables: ['customer'],
  keyspaces: { source: 'commerce' },
  target: {
    vtctld: { host: 'localhost', tls: { ca: 'ca.pem' } },
    vtgate: { host: 'localhost', user: 'app', passwordFile: 'password' },
  },
};

async function read(changes: object) {
  const file = path.join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ ...TARGET, ...changes }));
  return (await readConfig(file)).config;
}

test('a target needs no source, its files are relative to the config, and the run ends with the source serving', async () => {
  const { end, target } = await read({});
  expect(end).toBe('leave');
  expect(target).toMatchObject({
    vtctld: { port: 15_999, tls: { ca: path.join(folder, 'ca.pem') } },
    vtgate: { port: 15_306, passwordFile: path.join(folder, 'password') },
    resume: false,
    allowStrays: false,
  });
});

test.each([
  ['a file to load', { source: { file: 'a.sql' } }, /^source .*nothing is started, loaded or applied/],
  ['a database of a dump', { source: { database: 'shop' } }, /^source\.database .*nothing is started/],
  [
    'parts of the schema to leave out',
    { source: { leaveOut: ['triggers'] } },
    /^source\.leaveOut .*nothing is started/,
  ],
  ['settings of a source', { source: { settings: { sql_mode: '' } } }, /^source\.settings .*nothing is started/],
  ['rows to make', { data: { from: 'generated' } }, /^data .*nothing is started, loaded or applied/],
  ['a VSchema to apply', { vschema: 'v.json' }, /^vschema .*nothing is started, loaded or applied/],
  ['a glob, which a plan cannot resolve', { tables: ['cust*'] }, /^tables .*must name every table that moves/],
  ['all tables', { tables: undefined }, /^tables .*must name every table that moves/],
  ['no source keyspace', { keyspaces: {} }, /^keyspaces\.source .*is required/],
  ['a fence without the MySQL that it locks', { fence: true }, /^fence .*needs target\.mysql/],
  ['a fence with an unknown key', { fence: { excpet: ['a'] } }, /^fence.*excpet/],
  [
    'an invalid network',
    { target: { ...TARGET.target, vitessHosts: ['10.2.0.0/33'] } },
    /^target\.vitessHosts\[0\] .*as 10\.2\.0\.0\/16/,
  ],
  [
    'an end that is only for a target, without one',
    { target: undefined, source: { file: 'a' }, end: 'leave' },
    /^end .*for a target/,
  ],
])('refused: %s', async (_, changes, expected) => {
  const error = await read(changes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RoundtripError)) throw new Error('it was not refused');
  expect(error.outcome).toBe('usage');
  expect(error.facts.seen).toMatch(expected);
});

test('a host on another machine is refused, with its key, unless it was named', () => {
  expect(() => refuseUnnamed('vtctld.example.org', 'target.vtctld', [])).toThrow(/target\.vtctld\.host/);
  expect(() => refuseUnnamed('127.0.0.1.example.org', 'target.vtctld', [])).toThrow(/--allow-host/);
  const server = { host: 'db.example.org', port: 3306, user: 'u', tls: true };
  expect(() => liveEndpoint(server, 'target.vtgate', ['other.example.org'])).toThrow(/db\.example\.org/);
  expect(liveEndpoint(server, 'target.vtgate', ['db.example.org'])).toMatchObject({ host: 'db.example.org' });
});

test.each([
  ['no line end', 'secret', 'secret'],
  ['LF', 'secret\n', 'secret'],
  ['CRLF, as editors on Windows write it', 'secret\r\n', 'secret'],
  ['blanks, which are part of the password', ' se cret \r\nmore', ' se cret '],
])('a password file that ends with %s', async (_, content, password) => {
  writeFileSync(path.join(folder, 'password'), content);
  const { target } = await read({});
  expect(liveEndpoint(target!.vtgate, 'target.vtgate', []).password).toBe(password);
});

test('a fence is absent, or has accounts that it leaves alone', async () => {
  const server = { host: 'localhost', user: 'app', database: 'shop' };
  const target = { ...TARGET.target, mysql: { source: server, target: server }, vitessHosts: ['10.2.0.0/16', 'host'] };
  expect((await read({ target })).fence).toBeNull();
  expect((await read({ target, fence: true })).fence).toEqual({ except: [] });
  expect((await read({ target, fence: { except: ['orchestrator'] } })).fence).toEqual({ except: ['orchestrator'] });
});

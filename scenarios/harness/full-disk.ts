import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { endedRun, type EndedRun, type Strike } from '../../harness/jest/ended-run.ts';
import { smallRehearsal } from '../../harness/jest/faults.ts';

// Claim: whichever of a run's files is the first that cannot be written because the disk is full, the run names it,
// says what it has learned, is UNKNOWN with status 2, and leaves nothing on the engine.

/** The kernel’s device that refuses every write with ENOSPC, as a full disk does. */
const FULL = '/dev/full';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-full-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Files of the run’s folder, as they are opened for writing. */
type Files = (pid: number) => readonly string[];
/**
 * Files that cannot even be created. Without findings, nothing would be written to their file, and logs are read back.
 */
const NOT_WRITTEN = new Set(['findings.jsonl', 'logs/etcd.log']);
const NOWHERE = '/nowhere/file';

function full(words: RegExp, files: Files): Strike {
  return {
    words,
    act: async (run) => {
      await Promise.all(
        files(run.pid).map(async (file) => {
          await symlink(NOT_WRITTEN.has(file) ? NOWHERE : FULL, path.join(run.folder, file));
        }),
      );
    },
  };
}

/** Asserts that each file is named, and returns what must equal `ENDED`. */
function toldBy(ended: EndedRun, files: readonly string[]): readonly unknown[] {
  const because = /^unknown because\n(?: {2}- .*\n)+/m.exec(ended.output)?.[0] ?? ended.output;
  for (const file of files) {
    expect(because).toContain(file === 'history.jsonl' ? 'The history cannot be written' : `${file} cannot be written`);
    expect(ended.output).toMatch(new RegExp(`where +\\S+${file}`));
  }
  expect(ended.output).toMatch(/Make room on the disk that holds the artifacts/);
  return [ended.word, ended.exitCode, ended.left];
}
const ENDED = ['UNKNOWN', 2, []];

/** An engine that accepts a connection, lets `act` happen, and hangs up, so a run ends as soon as its folder exists. */
async function withoutEngine(files: Files): Promise<EndedRun> {
  const own = await mkdtemp(path.join(folder, 'early-'));
  const socket = path.join(own, 'engine.sock');
  const linked = Promise.withResolvers<undefined>();
  const server = createServer((connection) => {
    connection.on('error', () => undefined);
    void linked.promise.then(() => connection.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socket, () => resolve()));
  try {
    const { words, act } = full(/start {4}container engine/, files);
    const strike: Strike = {
      words,
      act: async (run) => {
        await act(run);
        linked.resolve(undefined);
      },
    };
    return await endedRun([], { artifacts: own, environment: { DOCKER_HOST: `unix://${socket}` }, strikes: [strike] });
  } finally {
    server.close();
  }
}

test.each([
  ['findings.jsonl', () => ['findings.jsonl']],
  ['report.html', (pid) => [`report.html.${pid}.tmp`]],
  ['verdict.json', (pid) => [`verdict.json.${pid}.tmp`]],
  ['junit.xml', (pid) => [`junit.xml.${pid}.tmp`]],
] satisfies [string, Files][])('%s on a full disk', async (name, files) => {
  const ended = await withoutEngine(files);
  expect(toldBy(ended, [name])).toEqual(ENDED);
  expect(ended.output).toContain('The container engine does not answer.');
  if (name === 'verdict.json') return;
  const verdict = await readFile(path.join(ended.folder, 'verdict.json'), 'utf8');
  expect(JSON.parse(verdict)).toMatchObject({ verdict: 'unknown', decision: { verdict: 'unknown' } });
  expect(verdict).toContain(`${name} cannot be written`);
});

/** A disk of the given number of KiB for the artifacts. */
async function onDisk<T>(kilobytes: number, body: (disk: string) => Promise<T>): Promise<T> {
  const disk = await mkdtemp(path.join(folder, 'disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', disk]);
  try {
    return await body(disk);
  } finally {
    await execa('umount', [disk]);
  }
}

/** Fills the disk. From here on there is no space left, except what the file system reserves for a file’s last page. */
async function fillUp(disk: string): Promise<void> {
  await execa('dd', ['if=/dev/zero', `of=${path.join(disk, 'ballast')}`, 'bs=4k'], { reject: false });
}

const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

test('a full disk for the folder itself', async () => {
  await onDisk(16, async (disk) => {
    await fillUp(disk);
    const { output, exitCode } = await endedRun([], { artifacts: disk, environment: NO_ENGINE });
    expect(output).toMatch(/the folder for the artifacts of this run cannot be created[^]*ENOSPC/);
    expect(exitCode).toBe(2);
  });
});

test('a full disk at the first line of history.jsonl', async () => {
  // One page, which the owner's mark uses up.
  await onDisk(4, async (disk) => {
    const ended = await endedRun([], { artifacts: disk, environment: NO_ENGINE });
    expect(toldBy(ended, ['history.jsonl', 'verdict.json'])).toEqual(ENDED);
  });
});

test('steps.log, a server’s log and jepsen on a full disk, in a run that still goes to its end', async () => {
  const artifacts = await mkdtemp(path.join(folder, 'logs-'));
  const strike = full(/note {5}seed/, () => ['steps.log', 'logs/etcd.log', 'jepsen']);
  const ended = await endedRun(await smallRehearsal(folder), { artifacts, strikes: [strike] });
  expect(toldBy(ended, ['steps.log', 'etcd.log', 'jepsen'])).toEqual(ENDED);
  expect(ended.output).toMatch(/pass +complete/);
}, 300_000);

test.each([
  ['during the load', /start {4}load /],
  ['during the copy', /start {4}copy/],
  ['during the switch of writes', /start {4}writes to customer/],
])(
  'a full disk for history.jsonl %s',
  async (_, words) => {
    await onDisk(16_384, async (disk) => {
      const strike = { words, act: async () => await fillUp(disk) };
      const ended = await endedRun(await smallRehearsal(folder), { artifacts: disk, strikes: [strike] });
      expect(toldBy(ended, ['history.jsonl'])).toEqual(ENDED);
    });
  },
  300_000,
);

test('final-state.jsonl on a full disk', async () => {
  const artifacts = await mkdtemp(path.join(folder, 'final-'));
  const strike = full(/start {4}copy/, () => ['final-state.jsonl']);
  const ended = await endedRun(await smallRehearsal(folder), { artifacts, strikes: [strike] });
  expect(toldBy(ended, ['final-state.jsonl'])).toEqual(ENDED);
}, 300_000);

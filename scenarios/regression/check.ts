import { cp, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { SMALLEST_TARGET } from '../../harness/cluster/cluster-layout.ts';
import { roundtrip } from '../../harness/jest/roundtrip.ts';

const DATA = { from: 'generated', rows: 1000 };
const SCHEMA = path.resolve('fixtures/commerce/schema.sql');
/** There are no time limits, so what the command says depends on what was found, and not on the machine. */
const THRESHOLDS = { writeGapMs: 1e9, errorsPerCutover: 1e9, lagMs: 1e9 };

/** With these variables no engine can be found, so none can be used. */
const NO_ENGINE = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

async function check(folder: string) {
  return await roundtrip(['check', folder], NO_ENGINE);
}

// Claim: a saved run is judged again without containers, with the same result; a folder that was changed gets a
// different result.
test('a saved run is judged again, with the same result', async () => {
  await using folders = new AsyncDisposableStack();
  const artifacts = await mkdtemp(path.join(tmpdir(), 'roundtrip-check-'));
  folders.defer(async () => await rm(artifacts, { recursive: true }));
  const config = path.join(artifacts, 'roundtrip.config.json');
  await writeFile(
    config,
    JSON.stringify({
      source: { file: SCHEMA },
      data: DATA,
      thresholds: THRESHOLDS,
      end: 'cancel',
      cluster: SMALLEST_TARGET,
    }),
  );
  const { output, exitCode } = await roundtrip([
    'rehearse',
    '--config',
    config,
    '--seed',
    '3',
    '--artifacts',
    artifacts,
  ]);
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringMatching(/^GO {2}/m) });
  const saved = await realpath(path.join(artifacts, 'latest'));

  const [cost = ''] = /^ {2}cost .+$/m.exec(output) ?? [];
  expect(cost).toMatch(
    / \d+ CPU seconds: source-mysql .*vtctld .*, harness [\d.]+; \d+ % for the harness and its questions$/,
  );

  const again = await check(saved);
  expect(again.output).toContain(cost);
  expect(again.output).toContain('verdict.json agrees: pass');
  expect(again.exitCode).toBe(0);

  const lost = path.join(artifacts, 'lost');
  await cp(saved, lost, { recursive: true });
  await dropRow(path.join(lost, 'final-state.jsonl'));
  const judged = await check(lost);
  expect(judged.output).toMatch(/verdict was pass, is fail; no-lost-write was pass, is fail/);
  expect(judged.output).toContain('roundtrip_rows 17');
  expect(judged.exitCode).toBe(1);

  const cut = path.join(artifacts, 'cut');
  await cp(saved, cut, { recursive: true });
  await rm(path.join(cut, 'final-state.jsonl'));
  const history = path.join(cut, 'history.jsonl');
  const text = await readFile(history, 'utf8');
  await writeFile(history, text.slice(0, text.length / 2));
  const half = await check(cut);
  expect(half.output).toContain('verdict was pass, is unknown');
  expect(half.exitCode).toBe(2);
}, 300_000);

test('a folder without a run is refused, and named', async () => {
  const { exitCode, output } = await check(path.join(tmpdir(), 'there-is-no-such-folder'));
  expect(output).toContain('there-is-no-such-folder');
  expect(exitCode).toBe(64);
});

function isDropped(line: string): boolean {
  return line.includes('"roundtrip_rows"') && line.includes('"key":17,');
}

/** Removes the row with key 17, and its count. */
async function dropRow(file: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.filter(isDropped)).toHaveLength(1);
  const kept = lines
    .filter((line) => !isDropped(line))
    .map((line) => {
      if (!line.includes('"end"') || !line.includes('"roundtrip_rows"')) return line;
      return line.replace(/"rows":(\d+)/, (_, rows: string) => `"rows":${Number(rows) - 1}`);
    });
  await writeFile(file, `${kept.join('\n')}\n`);
}

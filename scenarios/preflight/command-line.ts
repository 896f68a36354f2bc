import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { roundtrip } from '../../harness/jest/roundtrip.ts';

// Claim: bad input is refused by name, with the exit status for usage, before anything is started.

const SCHEMA = 'CREATE TABLE t (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY);\n';

/** Makes a fixture's folder with the given files, which is removed after `body`. */
async function withFixture(files: Readonly<Record<string, string>>, body: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-fixture-'));
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('an unknown option is refused', async () => {
  const { exitCode, output } = await roundtrip(['rehearse', '--fixtuer', 'commerce']);
  expect(output).toContain("unknown option '--fixtuer'");
  expect(output).toContain('--fixture');
  expect(exitCode).toBe(64);
});

test('an unknown fixture is refused, and the existing ones are named', async () => {
  const { exitCode, output } = await roundtrip(['rehearse', '--fixture', 'comerce']);
  expect(output).toContain('comerce');
  expect(output).toContain('commerce');
  expect(exitCode).toBe(64);
});

test('a fixture without schema.sql is refused', async () => {
  await withFixture({ 'vschema.json': '{"tables":{}}' }, async (folder) => {
    const { exitCode, output } = await roundtrip(['rehearse', '--fixture', folder]);
    expect(output).toContain('schema.sql');
    expect(exitCode).toBe(64);
  });
});

test('a VSchema that does not parse is refused with its line', async () => {
  await withFixture({ 'schema.sql': SCHEMA, 'vschema.json': '{\n  "tables": {,}\n}\n' }, async (folder) => {
    const { exitCode, output } = await roundtrip(['rehearse', '--fixture', folder]);
    expect(output).toContain('vschema.json');
    expect(output).toMatch(/line 2|:2:/);
    expect(exitCode).toBe(64);
  });
});

test('a version of Vitess that has no recipe is refused', async () => {
  const { exitCode, output } = await roundtrip(['rehearse'], { ROUNDTRIP_VITESS_VERSION: 'v0.1.0' });
  expect(output).toContain('v0.1.0');
  expect(output).toContain('v0.24.4, v0.24.1, v0.23.3');
  expect(exitCode).toBe(64);
});

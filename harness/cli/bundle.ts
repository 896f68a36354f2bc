import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { cannotWrite, usage } from '../errors.ts';
import { readHistory } from '../history/history-reader.ts';
import { RULE_IDS } from '../preflight/rules.ts';
import { BundleNames } from '../report/bundle-names.ts';
import { HistoryCounts } from '../report/bundled-history.ts';
import { bundledSteps } from '../report/bundled-steps.ts';
import { bundledVerdict } from '../report/bundled-verdict.ts';
import { savedVerdict } from '../report/saved-verdict.ts';
import { BUNDLE_CONTENTS } from './bundle-contents.ts';
import type { Screen } from './screen.ts';

export interface BundleOptions {
  /** The file to write. */
  readonly out: string;
  /** Whether to number the names of tables, columns, keyspaces, workflows and the subject. */
  readonly anonymous: boolean;
}

/** Packs a saved run without its values, and says what was left out. */
export async function bundle(folder: string, options: BundleOptions, screen: Screen): Promise<void> {
  const { archive, included, leftOut } = await packRun(folder, options.anonymous);
  await writeFile(options.out, archive).catch((cause: unknown) => {
    throw cannotWrite(options.out, cause);
  });
  screen.print(
    `${[
      options.out,
      ...included.map((each) => `  in it     ${each}`),
      ...leftOut.map((each) => `  left out  ${each}`),
      'Unpack it and have a look before you send it.',
    ].join('\n')}\n`,
  );
}

interface PackedRun {
  /** A .tar.gz. */
  readonly archive: Buffer;
  readonly included: readonly string[];
  /** Only for the screen: names of files may reveal as much as their contents. */
  readonly leftOut: readonly string[];
}

/**
 * Packs the parts of a run's folder that others may see.
 *
 * @throws usage if the folder has neither `verdict.json` nor `history.jsonl`, or a verdict that cannot be read.
 */
export async function packRun(folder: string, isAnonymous: boolean): Promise<PackedRun> {
  const names = new BundleNames(isAnonymous);
  const verdict = await verdictIn(folder, names);
  const history = await historyIn(folder, names);
  if (verdict === null && history === null) {
    throw usage({
      what: 'There is no saved run to pack.',
      expected: 'the folder of a run, with verdict.json or history.jsonl',
      where: folder,
      next: 'Name a folder below artifacts/, such as artifacts/latest.',
    });
  }
  const log = await readFile(path.join(folder, 'steps.log'), 'utf8').catch(() => null);
  const steps = log === null ? null : bundledSteps(log, names.shown);
  const files = [
    ...(verdict === null ? [] : [{ name: 'verdict.json', text: jsonOf(verdict) }]),
    ...(steps === null ? [] : [{ name: 'steps.log', text: steps.text }]),
    ...(history === null ? [] : [{ name: 'history.json', text: jsonOf(history) }]),
    { name: 'contents.txt', text: BUNDLE_CONTENTS.trimStart() },
  ];
  const included = files.map(({ name }) => name);
  return { archive: await packed(files), included, leftOut: await leftOutOf(folder, steps?.leftOut ?? 0) };
}

async function verdictIn(folder: string, names: BundleNames): Promise<Readonly<Record<string, unknown>> | null> {
  try {
    const result = await savedVerdict(folder);
    return result === null ? null : bundledVerdict(result, { names, knownRules: new Set(RULE_IDS) });
  } catch (cause) {
    // If a file has another form, it is unknown what in it is safe.
    throw usage({
      what: 'The saved verdict cannot be read, so it is not known which parts of it others may see.',
      expected: 'verdict.json in the form that this version writes',
      where: folder,
      next: 'Use the version of vitess-roundtrip that made the run.',
      cause,
    });
  }
}

/** Null if there is no history, or if none of it can be read. */
async function historyIn(folder: string, names: BundleNames): Promise<HistoryCounts['found'] | null> {
  const counts = new HistoryCounts(names);
  try {
    await readHistory(path.join(folder, 'history.jsonl'), {
      operation: ({ type }) => counts.operation(type),
      line: (line) => counts.line(line),
    });
  } catch {
    // It still says something up to the line that is broken.
  }
  return Object.keys(counts.found.lines).length === 0 ? null : counts.found;
}

const REDUCED = new Map([
  ['verdict.json', 'verdict.json: messages, statements, keys of findings and lines around them, the estimate'],
  ['history.jsonl', 'history.jsonl: every line; there are counts in place of them'],
]);

async function leftOutOf(folder: string, lines: number): Promise<string[]> {
  const names = (await readdir(folder)).toSorted();
  return names.map((name) => {
    if (name === 'steps.log') return `steps.log: ${lines} lines, and words that are not this program's`;
    return REDUCED.get(name) ?? `${name}, all of it`;
  });
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function packed(files: readonly { readonly name: string; readonly text: string }[]): Promise<Buffer> {
  const pack = tar.pack();
  // No time and no owner, because they say nothing about the run.
  const about = { mtime: new Date(0), uid: 0, gid: 0, mode: 0o644 };
  for (const { name, text } of files) pack.entry({ name: `roundtrip-bundle/${name}`, ...about }, text);
  pack.finalize();
  return await buffer(pack.pipe(createGzip()));
}

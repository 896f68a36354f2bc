import path from 'node:path';
import type { Config } from '../config/config.ts';
import { DumpOnVolume, type DumpContents, type ReadDumpOptions } from '../dump/read-dump.ts';
import { usage } from '../errors.ts';
import type { Recorder } from '../history/recorder.ts';
import type { SourceOptions, SubjectSource } from './source.ts';

/**
 * Returns a schema or a dump that a MySQL has read to its end.
 *
 * @throws usage for a file that is not a dump, for a statement that MySQL does not accept, and for a sample of a dump.
 */
export async function dumpSource(
  { source, data }: Config,
  file: string,
  { engine, recorder, signal }: Pick<SourceOptions, 'engine' | 'recorder' | 'signal'>,
): Promise<SubjectSource> {
  refuseSample(data);
  const { docker, images } = await engine();
  const { settings, database, leaveOut } = source;
  const keepsRows = data?.from !== 'generated';
  const dump = await readAsStep(file, recorder, { docker, images, settings, database, leaveOut, keepsRows, signal });
  const { contents, volume } = dump;
  const rows = [...contents.rows.values()].reduce((sum, count) => sum + count, 0);
  return {
    database: contents.database.name,
    tables: contents.database.tables.map(({ name: table }) => table),
    settings: {},
    volume,
    generates: generates(data, contents),
    load: async () => ({ rows, rowsPerSecond: Math.round(rows / Math.max(contents.seconds, 0.001)) }),
    [Symbol.asyncDispose]: async () => await dump[Symbol.asyncDispose](),
  };
}

/** Has a MySQL read the file, and shows the progress. */
export async function readAsStep(
  file: string,
  recorder: Recorder,
  options: Omit<ReadDumpOptions, 'onProgress' | 'note'>,
): Promise<DumpOnVolume> {
  return await recorder.step(
    'read',
    `MySQL reads ${path.basename(file)}`,
    async ({ progress, note }) => await DumpOnVolume.read(file, { ...options, onProgress: progress, note }),
    ({ contents }) => describeContents(contents),
  );
}

/** Returns the tables whose rows are generated. */
function generates(data: Config['data'], { database: { tables }, rows }: DumpContents): readonly string[] {
  const all = tables.map(({ name }) => name);
  const empty = all.filter((table) => rows.get(table) === 0);
  const from = data?.from ?? (empty.length === all.length ? 'generated' : 'file');
  return { file: [], sampled: [], completed: empty, generated: all }[from];
}

/** Returns for example `158 tables, 342 rows; 7 views left out`. */
export function describeContents({ database, rows, leftOut }: DumpContents): string {
  const { tables, views, triggers, routines, events } = database;
  const others = { views, triggers, routines, events };
  const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
  const found = Object.entries(others).flatMap(([kind, { length }]) => (length === 0 ? [] : [countOf(length, kind)]));
  const left = [...leftOut].flatMap(([kind, count]) => (count === 0 ? [] : [countOf(count, kind)]));
  return [
    [countOf(tables.length, 'tables'), ...found, countOf(total, 'rows')].join(', '),
    ...(left.length === 0 ? [] : [`${left.join(', ')} left out`]),
  ].join('; ');
}

function countOf(count: number, kind: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? kind.replace(/s$/, '') : kind}`;
}

function refuseSample(data: Config['data']): void {
  if (data?.from === 'sampled') {
    throw usage({
      what: 'A dump cannot be sampled.',
      expected: 'data.from: file, completed or generated, with source.file',
      seen: 'data.from: sampled',
      where: 'data of the config',
      next: 'Name a server with source.live, or load the dump as it is.',
    });
  }
  if (Object.keys(data?.personal ?? {}).length === 0) return;
  throw usage({
    what: 'Personal values in a dump are not replaced.',
    expected: 'data.personal only with a sample of source.live',
    seen: Object.keys(data?.personal ?? {}).join(', '),
    where: 'data.personal of the config',
    next: 'Remove it, and load only a dump whose rows may be kept here.',
  });
}

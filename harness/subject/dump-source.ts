import type { Config } from '../config/config.ts';
import { loadDump } from '../dump/load-dump.ts';
import { scanDump } from '../dump/scan-dump.ts';
import { usage } from '../errors.ts';
import type { SourceOptions, SubjectSource } from './source.ts';

/**
 * Returns a schema or a dump, which is read to its end here.
 *
 * @throws usage for a file that is not a dump, and for a sample of one.
 */
export async function dumpSource(
  { source, data }: Config,
  file: string,
  { onProgress }: Pick<SourceOptions, 'onProgress'>,
): Promise<SubjectSource> {
  const { database: asked, leaveOut } = source;
  refuseSample(data);
  const contents = await scanDump(file, { onProgress, ...(asked === undefined ? {} : { database: asked }) });
  const isGenerated =
    data === undefined ? contents.tables.every(({ bytes }) => bytes === 0) : data.from === 'generated';
  const { database } = contents;
  return {
    database,
    tables: contents.tables.map(({ name }) => name),
    settings: {},
    isGenerated,
    load: async ({ connect, onProgress: onLoaded, note }) => {
      const only = isGenerated ? 'schema' : 'all';
      return await loadDump(file, { connect, database, leaveOut, only, onProgress: onLoaded, note });
    },
  };
}

function refuseSample(data: Config['data']): void {
  if (data?.from === 'sampled') {
    throw usage({
      what: 'A dump cannot be sampled.',
      expected: 'data.from: file or generated, with source.file',
      seen: 'data.from: sampled',
      where: 'data of the config',
      next: 'Name a server with source.live, or load the dump as it is.',
    });
  }
  if (Object.keys(data?.personal ?? {}).length === 0) return;
  throw usage({
    what: 'Nothing personal is replaced in a dump.',
    expected: 'data.personal only with a sample of source.live',
    seen: Object.keys(data?.personal ?? {}).join(', '),
    where: 'data.personal of the config',
    next: 'Remove it, and load only a dump whose rows may be kept here.',
  });
}

import type { Config, LiveSource } from '../config/config.ts';
import { liveEndpoint } from '../config/live-source.ts';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { createDefiners } from '../dump/definers.ts';
import { usage } from '../errors.ts';
import { runStatements } from '../live/load-statements.ts';
import { refusePersonal } from '../live/personal.ts';
import { readLive, type LiveContents } from '../live/read-live.ts';
import { loadSample } from '../live/sample.ts';
import type { LiveServer } from '../live/snapshot.ts';
import type { SourceOptions, SubjectSource } from './source.ts';

/**
 * Reads the schema and the variables of a running server; a sample of its rows is read when rows are loaded.
 *
 * @throws usage for a host that was not named, a server that refuses the account, or personal columns that cannot be
 *   replaced; trouble if it does not answer.
 */
export async function liveSource(
  config: Config,
  live: LiveSource,
  { allowHost, onStatement }: Pick<SourceOptions, 'allowHost' | 'onStatement'>,
): Promise<SubjectSource> {
  const { leaveOut } = config.source;
  const { from = 'generated', personal = {} } = config.data ?? {};
  refuseFrom(from, personal);
  const server: LiveServer = {
    endpoint: liveEndpoint(live, 'source.live', allowHost),
    maxRowsPerSecond: live.maxRowsPerSecond,
    onStatement,
  };
  const contents = await readLive(server, leaveOut);
  const { database, schema, settings, hidden } = contents;
  refusePersonal(personal, database.tables);
  const isGenerated = from === 'generated';
  return {
    database: live.database,
    tables: database.tables.map(({ name }) => name),
    settings,
    hidden,
    generates: isGenerated ? database.tables.map(({ name }) => name) : [],
    load: async ({ connect, seed, onProgress, note }, rows) => {
      tellAbout(contents, note);
      const { tables } = database;
      const { from: where } = contents;
      const sample = { live: server, from: where, schema, tables, rows, personal, seed, connect, onProgress, note };
      const loaded = isGenerated ? { rows: 0, rowsPerSecond: 0 } : await loadSample(sample);
      if (isGenerated) await runStatements([...schema.tables, ...schema.others], { connect, from: where });
      await withConnection(connect, async (connection) => await createDefiners(connection, database.name));
      return loaded;
    },
  };
}

function tellAbout({ from, settings, hidden }: LiveContents, note: (text: string) => void): void {
  const taken = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  note(`the source MySQL has the settings of ${from}, unless source.settings says otherwise: ${taken.join(' ')}`);
  for (const { what, grant } of hidden) note(`not seen: ${what} (${grant})`);
}

function refuseFrom(from: string, personal: object): void {
  if (from === 'file' || from === 'completed') {
    throw usage({
      what: 'There is no file from which rows could come.',
      expected: 'data.from: sampled or generated, with source.live',
      seen: `data.from: ${from}`,
      where: 'data of the config',
    });
  }
  if (from === 'sampled' || Object.keys(personal).length === 0) return;
  throw usage({
    what: 'Generated rows contain nothing personal.',
    expected: 'data.personal only with data.from: sampled',
    seen: `data.from: ${from}`,
    where: 'data.personal of the config',
    next: 'Use data.columns to say how columns are generated.',
  });
}

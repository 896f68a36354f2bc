import { withConnection } from '../../cluster/mysql-endpoint.ts';
import { primaryEndpoint } from '../../migration/context.ts';
import { quoteName } from '../../schema/quote.ts';
import type { Fault } from '../fault.ts';

/** A column is added on the source; the workflow was created with `--on-ddl=IGNORE`, Vitess' default. */
export const ADDED_COLUMN: Fault = {
  id: 'source.added-column',
  about: 'a column is added to a table of the source, and to the target’s 3 s later (--on-ddl=IGNORE)',
  lastsMs: 3_000,
  arm: async ({ migration, recorder }) => {
    const { context } = migration;
    const [table] = context.tables;
    // Another name each time, because the same cluster may be struck more than once.
    const column = `night_${Math.round(recorder.now())}`;
    const sql = `ALTER TABLE ${quoteName(table!)} ADD COLUMN ${column} INT NULL`;
    const [source, target] = [await primaryEndpoint(context, 'source'), await primaryEndpoint(context, 'target')];
    const alter = async (endpoint: typeof source) =>
      await withConnection(endpoint, async (connection) => void (await connection.query(sql)));
    return {
      strike: async () => {
        await alter(source);
        return `${table} has the column ${column} on the source`;
      },
      heal: async () => await alter(target),
      [Symbol.dispose]: () => undefined,
    };
  },
};

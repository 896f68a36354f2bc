import { withConnection } from '../../cluster/mysql-endpoint.ts';
import { forwardWorkflow, primaryEndpoint } from '../../migration/context.ts';
import { quoteName } from '../../schema/quote.ts';
import { onDdlCommand, type OnDdl } from '../../vtctl/move-tables.ts';
import type { Fault } from '../fault.ts';

/** What happens to the column, for each of the ways in which a stream can meet a DDL statement. */
const ABOUT: Readonly<Record<OnDdl, string>> = {
  IGNORE: 'to a table of the source, and to the target’s 3 s later',
  STOP: 'to a table of the source, and to the target’s 3 s later; the stream stops at the statement',
  EXEC: 'to a table of the source; the stream adds it to the target’s',
  EXEC_IGNORE: 'to a table of the source; the stream adds it to the target’s, and goes on if it cannot',
};

/** A column is added on the source while the workflow has this `--on-ddl`; `IGNORE` is Vitess' default. */
export function addedColumn(onDdl: OnDdl): Fault {
  return {
    id: `source.added-column${onDdl === 'IGNORE' ? '' : `-${onDdl.toLowerCase().replace('_', '-')}`}`,
    about: `a column is added ${ABOUT[onDdl]} (--on-ddl=${onDdl})`,
    lastsMs: 3_000,
    usesVtctld: true,
    arm: async ({ migration, recorder }) => {
      const { context } = migration;
      const [table] = context.tables;
      // The name is new each time, because the same cluster may be struck more than once.
      const column = `night_${Math.round(recorder.now())}`;
      const sql = `ALTER TABLE ${quoteName(table!)} ADD COLUMN ${column} INT NULL`;
      const alter = async (side: 'source' | 'target') =>
        await withConnection(
          await primaryEndpoint(context, side),
          async (connection) => void (await connection.query(sql)),
        );
      const behave = async (how: OnDdl) => await context.vtctl.run(onDdlCommand(forwardWorkflow(context), how));
      return {
        strike: async () => {
          if (onDdl !== 'IGNORE') await behave(onDdl);
          await alter('source');
          return `${table} has the column ${column} on the source`;
        },
        heal: async () => {
          if (onDdl === 'IGNORE' || onDdl === 'STOP') await alter('target');
          if (onDdl !== 'IGNORE') await behave('IGNORE');
        },
        [Symbol.dispose]: () => undefined,
      };
    },
  };
}

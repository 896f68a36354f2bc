import type { Connection } from 'mysql2/promise';
import { quoteName } from '../schema/quote.ts';
import type { Database } from '../schema/database.ts';

/** Kinds of things that a rehearsal can leave out. */
export type LeftOutKind = 'views' | 'triggers' | 'routines' | 'events';

/** Drops what should be left out from the connection's database. */
export async function leaveOut(
  connection: Connection,
  { views, triggers, routines, events }: Database,
  kinds: readonly LeftOutKind[],
): Promise<void> {
  const drops: Readonly<Record<LeftOutKind, readonly string[]>> = {
    views: views.map(({ name }) => `VIEW ${quoteName(name)}`),
    triggers: triggers.map(({ name }) => `TRIGGER ${quoteName(name)}`),
    routines: routines.map(({ name, type }) => `${type} ${quoteName(name)}`),
    events: events.map(({ name }) => `EVENT ${quoteName(name)}`),
  };
  for (const kind of kinds) for (const what of drops[kind]) await connection.query(`DROP ${what}`);
}

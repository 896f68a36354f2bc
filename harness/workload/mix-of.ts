import type { WorkloadKind } from '../history/lines.ts';
import { Append } from './kinds/append.ts';
import { Bank } from './kinds/bank.ts';
import { Ids } from './kinds/ids.ts';
import type { Kind } from './kinds/kind.ts';
import { Rows } from './kinds/rows.ts';
import { Sql } from './kinds/sql.ts';
import { Mix } from './mix.ts';
import { highestRate } from './schedule.ts';
import type { Session } from './session.ts';
import { tableKeys } from './tables.ts';
import type { WriterOptions } from './writer-types.ts';

/**
 * vtgate holds statements up during a switch, and a deletion that was planned after one that refers to the row must not
 * overtake it: a foreign key would refuse that one, which says nothing about the migration. So a row is deleted a second
 * after the last reference to it, and also this many rounds of operations on all connections later, because what has
 * waited is sent faster than the rate says: while vtgate sends those that it held, one after another, each connection
 * that is free again sends a few more.
 */
const RETIRE_ROUNDS = 4;

/** Returns the kinds that a writer needs. @param session a session to ask the server about the fixture's tables. */
export async function mixOf(options: WriterOptions & { readonly connections: number }, session: Session): Promise<Mix> {
  const { seed, kinds, application, numbering, rate, rateAtMost = 0, isStray = false, connections } = options;
  // A row is referred to at the earliest a second after it was inserted, when its key is normally known.
  const settleOperations = Math.max(1, Math.ceil(highestRate(rate)), rateAtMost);
  const retireOperations = Math.max(settleOperations, RETIRE_ROUNDS * connections);
  const kindOptions = { seed, origin: numbering.origin(), settleOperations, retireOperations, isStray };
  const keys =
    (kinds.sql ?? 0) > 0 ? await tableKeys((sql) => session.read(sql), application) : new Map<string, null>();
  const make: Readonly<Record<WorkloadKind, () => Kind>> = {
    rows: () => new Rows(kindOptions),
    append: () => new Append(kindOptions),
    bank: () => new Bank(kindOptions),
    ids: () => new Ids(kindOptions),
    sql: () => new Sql(kindOptions, application, keys),
  };
  return new Mix(seed, kinds, (name) => make[name]());
}

import { failure } from '../errors.ts';
import type { Read } from '../schema/read.ts';

/**
 * The required form of updates in the binary log: the type of events, such as `Update_rows_partial`, and their size.
 */
export interface WantedEvents {
  readonly type: string;
  readonly mostBytes: number;
}

/** A place in a binary log. */
export interface LogPlace {
  readonly file: string;
  readonly position: string;
}

/** Returns where the binary log ends, on any version of MySQL. */
export async function endOfLog(read: Read): Promise<LogPlace> {
  const last = (await read('SHOW BINARY LOGS')).at(-1);
  return { file: last?.['Log_name'] ?? '', position: last?.['File_size'] ?? '' };
}

/**
 * Checks the updates of these tables in the binary log since then.
 *
 * @throws `fail` if there is none, or one is of another type or longer.
 */
export async function refuseOtherUpdates(
  read: Read,
  since: LogPlace,
  tables: readonly string[],
  { type, mostBytes }: WantedEvents,
): Promise<void> {
  const events = await read(`SHOW BINLOG EVENTS IN '${since.file}' FROM ${since.position}`);
  const ofTables = events.filter(({ Event_type: kind, Info: info }) => {
    return kind === 'Table_map' && tables.some((table) => info?.endsWith(`.${table})`));
  });
  const ids = new Set(ofTables.map(({ Info: info }) => idOf(info)));
  const updates = events
    .filter(({ Event_type: kind, Info: info }) => kind?.startsWith('Update_rows') && ids.has(idOf(info)))
    .map(({ Event_type: kind, Pos: from, End_log_pos: to }) => ({ type: kind, bytes: Number(to) - Number(from) }));
  if (updates.length > 0 && updates.every((each) => each.type === type && each.bytes <= mostBytes)) return;
  throw failure({
    what: 'The binary log does not have the updates of a case as it says.',
    expected: `${type} of at most ${mostBytes} bytes, and no other updates`,
    seen: updates.map((each) => `${each.type} of ${each.bytes} bytes`).join('\n') || 'no updates',
    where: `${since.file} from ${since.position}, ${tables.join(', ')}`,
  });
}

/** @param info such as `table_id: 108 (commerce.customer)`, or with flags in place of a name. */
function idOf(info: string | null | undefined): string | undefined {
  return /^table_id: (\d+)/.exec(info ?? '')?.[1];
}

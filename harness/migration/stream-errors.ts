import type { Stream } from '../vtctl/move-tables.ts';

/**
 * Why a stream does not go on. `never`: the schema, a value or a grant, which no further attempt changes. `machine`: a
 * server's room, memory or connections. `maybe`: it may heal by itself, as a connection that was lost does.
 */
export type Healing = 'never' | 'machine' | 'maybe';

export interface StreamError {
  readonly healing: Healing;
  /** Whether Vitess itself has given up: it tries no more until somebody starts the stream. */
  readonly hasEnded: boolean;
  /** As the stream says it, without the statement that it sent, which may be long and holds rows. */
  readonly text: string;
  /** The table it is about, where the message names it. */
  readonly table: string | null;
}

/** What Vitess writes into a stream's message when it gives up (vreplication/controller.go, TerminalErrorIndicator). */
const TERMINAL = /^terminal error\b/;

/** What stands in a message without anything being wrong (vreplication and vtctl/workflow, every setState). */
const NO_ERROR =
  /^(?:$|FROZEN$|Picked source tablet: |Stopped |Stop position |There is nothing to replicate$|(?:stopped |synchronizing )?for cutover$)/;

/** How Go's client for MySQL shows the number of a server's error (go/mysql/sqlerror/sql_error.go). */
const NUMBER = /\(errno (\d+)\) \(sqlstate \w{5}\)|ERROR (\d+) \(\w{5}\):/;

/**
 * Numbers of MySQL's errors that are about a schema, a value or a grant: those with which Vitess itself gives up
 * (vreplication/utils.go, isUnrecoverableError), without 1290, and those it tries again for ever.
 */
// oxfmt-ignore
const NEVER = new Set([
  1044, 1045, 1048, 1052, 1054, 1060, 1061, 1062, 1063, 1064, 1091, 1097, 1106, 1107, 1108, 1109, 1118, 1128, 1136, 1139,
  1146, 1148, 1149, 1169, 1171, 1221, 1227, 1230, 1235, 1239, 1264, 1265, 1273, 1288, 1289, 1292, 1305, 1364, 1366, 1367,
  1406, 1411, 1416, 1419, 1525, 1582, 1690, 3055, 3140, 3141, 3142, 3144, 3147, 3150, 3157, 3704, 3705, 3706, 6138,
  // Regular expressions in generated columns and checks.
  3684, 3685, 3686, 3687, 3688, 3689, 3690, 3691, 3692, 3693, 3694, 3695, 3696, 3697, 3698, 3699, 3700, 3887, 3900,
  // Vitess goes on to try these.
  1005, 1067, 1071, 1072, 1101, 1115, 1142, 1143, 1153, 1170, 1215, 1216, 1217, 1236, 1267, 1300, 1451, 1452, 1526, 1553,
  1748, 1789, 1824, 1832, 1833, 1834, 3105, 3152, 3780, 3819, 4025,
]);

/** Numbers that tell of a server without room, memory or connections to spare, or that takes no writes now. */
// oxfmt-ignore
const MACHINE = new Set([
  3, 1021, 1026, 1030, 1037, 1038, 1040, 1041, 1114, 1129, 1135, 1203, 1206, 1226, 1290, 1836, 1874, 3675,
]);

const NEVER_TEXTS = [
  // Tables whose names differ by case alone; vreplication/vreplicator.go, getTableSecondaryKeys.
  /unexpected number of table definitions/,
  /could not determine CREATE TABLE statement/,
  // go/mysql/json/marshal.go and go/mysql/binlog/binlog_json.go.
  /unexpected character .+ in JSON/,
  /failed to convert JSON to SQL field value/,
  /unable to decode (?:object elements|element)/,
  /(?:unknown|invalid) (?:json|int) type|opaque JSON field value|opaque \w+ length/,
  // vstreamer/vstreamer.go.
  /no (?:string|valid integer) value found for|does not have valid string values/,
  /partial row image encountered|binlog_row_image is not supported/,
  /unsupported type: \d+, position/,
  // vreplication/table_plan_builder.go and replicator_plan.go.
  /more than one target for source table/,
  /character set \S+ not supported for column/,
  /primary key column .+ not (?:found|allowed)/,
  /column \S+ not found in table/,
  // A row that is larger than --grpc-max-message-size.
  /received message larger than max/,
  // What MySQL says of binary logs that it no longer has, where its number was lost on the way.
  /purged required binary logs|purged binary logs|Could not find first log file name/i,
];

const MACHINE_TEXTS = [
  /no space left on device|disk (?:is )?full/i,
  /out of memory|cannot allocate memory/i,
  /too many (?:connections|open files)|resource temporarily unavailable/i,
];

const TABLES = [/for table "([^"]+)"/, /for the "?([^"\s]+)"? table/, /error applying event for table (\S+)/, /for (\S+)\.\S+ when building/];

/** What is wrong with a stream, by its state and its message; null where nothing is. */
export function streamErrorOf({ state, message }: Pick<Stream, 'state' | 'message'>): StreamError | null {
  const hasEnded = TERMINAL.test(message);
  if (NO_ERROR.test(message)) {
    return state === 'Error' ? { healing: 'maybe', hasEnded: true, text: message || 'no message', table: null } : null;
  }
  const text = message.split(' during query: ')[0]!.trim();
  const table = TABLES.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined) ?? null;
  return { healing: healingOf(text), hasEnded, text, table };
}

/** The server's own number says more than any text, in which values of rows may stand. */
function healingOf(text: string): Healing {
  const [, ofVitess, ofServer] = NUMBER.exec(text) ?? [];
  const number = Number(ofVitess ?? ofServer);
  if (NEVER.has(number)) return 'never';
  if (MACHINE.has(number)) return 'machine';
  if (NEVER_TEXTS.some((pattern) => pattern.test(text))) return 'never';
  return MACHINE_TEXTS.some((pattern) => pattern.test(text)) ? 'machine' : 'maybe';
}

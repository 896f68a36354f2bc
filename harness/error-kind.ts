import { isOutOfResources } from './errors.ts';

/**
 * What an error of a server is about; docs/stream-errors.md has the table.
 *
 * `schema`: the schema, a value, a grant, or binary logs that are gone, so another attempt does not help. `machine`: a
 * server without room, memory or connections. `passing`: it heals by itself, like a lost connection. `unclear`: the
 * message is not known here.
 */
export type ErrorKind = 'schema' | 'machine' | 'passing' | 'unclear';

/** How Go's MySQL client shows the number of a server's error (go/mysql/sqlerror/sql_error.go). */
const NUMBER = /\(errno (\d+)\) \(sqlstate \w{5}\)|ERROR (\d+) \(\w{5}\):/;

/**
 * Numbers of MySQL errors that are about a schema, a value or a grant: those on which Vitess itself gives up
 * (vreplication/utils.go, isUnrecoverableError), without 1290, and those that it retries for ever.
 */
// oxfmt-ignore
const SCHEMA = new Set([
  1044, 1045, 1048, 1052, 1054, 1060, 1061, 1062, 1063, 1064, 1091, 1097, 1106, 1107, 1108, 1109, 1118, 1128, 1136, 1139,
  1146, 1148, 1149, 1169, 1171, 1221, 1227, 1230, 1235, 1239, 1264, 1265, 1273, 1288, 1289, 1292, 1305, 1364, 1366, 1367,
  1406, 1411, 1416, 1419, 1525, 1582, 1690, 3055, 3140, 3141, 3142, 3144, 3147, 3150, 3157, 3704, 3705, 3706, 6138,
  // Regular expressions in generated columns and checks.
  3684, 3685, 3686, 3687, 3688, 3689, 3690, 3691, 3692, 3693, 3694, 3695, 3696, 3697, 3698, 3699, 3700, 3887, 3900,
  // Vitess keeps retrying these.
  1005, 1067, 1071, 1072, 1075, 1101, 1115, 1142, 1143, 1153, 1170, 1215, 1216, 1217, 1236, 1267, 1300, 1451, 1452, 1526, 1553,
  1748, 1789, 1824, 1832, 1833, 1834, 3105, 3152, 3780, 3819,
]);

/** Numbers that mean a server has no room, memory or connections to spare, or accepts no writes now. */
// oxfmt-ignore
const MACHINE = new Set([
  3, 1021, 1026, 1030, 1037, 1038, 1040, 1041, 1114, 1129, 1135, 1203, 1206, 1226, 1290, 1836, 1874, 3675,
]);

/** Numbers of errors that a later attempt may not meet: locks, deadlocks, servers that are gone or going. */
// oxfmt-ignore
const PASSING = new Set([
  1053, 1152, 1158, 1159, 1160, 1161, 1205, 1213, 1317, 2002, 2003, 2005, 2006, 2012, 2013, 2026, 2027, 3024, 3168, 3572,
]);

const SCHEMA_TEXTS = [
  // Tables whose names differ only by case; vreplication/vreplicator.go, getTableSecondaryKeys.
  /unexpected number of table definitions/,
  /could not determine CREATE TABLE statement/,
  // go/mysql/json/marshal.go and go/mysql/binlog/binlog_json.go.
  /unexpected character .+ in JSON|unexpected trailing data after JSON value|unexpected tail: /,
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
  /(?:received|trying to send) message larger than max/,
  // What MySQL says about binary logs that it no longer has, if the error number was lost on the way.
  /purged required binary logs|purged binary logs|Could not find first log file name/i,
];

const PASSING_TEXTS = [
  /code = (?:Unavailable|DeadlineExceeded|Canceled|Aborted)\b/,
  /connection (?:refused|reset|closed|lost|error)|broken pipe|\bEOF\b|i\/o timeout|can't connect to database/i,
  /context (?:canceled|has expired|deadline exceeded)|context expir/i,
  /(?:wrong|invalid) tablet type|not serving|NOT_SERVING|SHUTTING_DOWN|VStreamer is not open|vstream ended/,
  /^Error (?:picking|creating) tablet|no healthy tablet|throttled|progress stalled/i,
];

/**
 * Returns what an error of MySQL, or of Vitess, is about. The server's own number says more than any text, which may
 * contain values of rows.
 */
export function errorKindOf(message: string): ErrorKind {
  const text = withoutStatement(message);
  const [, ofVitess, ofServer] = NUMBER.exec(text) ?? [];
  const number = Number(ofVitess ?? ofServer);
  if (SCHEMA.has(number)) return 'schema';
  if (MACHINE.has(number)) return 'machine';
  if (PASSING.has(number)) return 'passing';
  const says = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(text));
  if (says(SCHEMA_TEXTS)) return 'schema';
  if (isOutOfResources(text)) return 'machine';
  return says(PASSING_TEXTS) ? 'passing' : 'unclear';
}

/** Whether an error is about a server or a connection, so that it says nothing about the migration. */
export function isOfServer(kind: ErrorKind): boolean {
  return kind === 'machine' || kind === 'passing';
}

/** Returns a message without the statement that Vitess adds to it, which may be long and contain rows. */
export function withoutStatement(message: string): string {
  return message.split(' during query: ', 1)[0]!.trim();
}

import { quoteName } from '../../schema/quote.ts';
import type { Table } from '../../schema/database.ts';
import { type Context, type Rule, type RuleViolation } from '../rule.ts';
import { variable } from '../variables.ts';
import { placeBytes } from '../vdiff-place.ts';
import { keyColumns, tableRule } from './tables.ts';

/** Vitess' default of --grpc-max-message-size (go/vt/grpccommon/options.go). */
const GRPC_BYTES = 16 * 1024 * 1024;

/** The largest row that can be updated, because the message has the row before and after the update. */
const ROW_BYTES = GRPC_BYTES / 2;

/** Types whose values may be larger than that, alone or together with others in a row. */
const LONG_TYPES = ['mediumblob', 'mediumtext', 'longblob', 'longtext', 'json', 'geometry'];

/** Bytes of `_vt.vdiff_table.lastpk` (go/vt/sidecardb/schema/vdiff/vdiff_table.sql). */
const PLACE_BYTES = 2000;

export const SIZE_RULES: readonly Rule[] = [
  tableRule({
    id: 'row-too-long-for-grpc',
    severity: 'warning',
    title: 'rows may be larger than a gRPC message holds',
    why: 'A row travels between tablets in one message, of at most --grpc-max-message-size (16 MiB), and an update has the row as it was and as it is in one message, so that rows of more than 8 MiB do not fit. Such a row ends the stream, each time that it is tried again (go/vt/grpccommon/options.go; vstreamer/rowstreamer.go; vstreamer/vstreamer.go, processRowEvent; tried). See docs/fidelity.md, blob-16-mb and blob-16-mib.',
    see: (table) => {
      const columns = table.columns.filter(({ type }) => LONG_TYPES.includes(type)).map(({ name }) => name);
      // A whole table that is smaller has no such row, unless it is compressed.
      if (columns.length === 0 || (table.bytes < ROW_BYTES && !table.isCompressed)) return null;
      return {
        what: `${columns.join(', ')} can hold more than ${ROW_BYTES} bytes, and the table has ${table.bytes}${table.isCompressed ? ', compressed' : ''}`,
        mend: `Look: ${longestRow(table, columns)}. If it is more than ${ROW_BYTES}, start vttablet, vtgate and vtctld with a larger --grpc-max-message-size`,
      };
    },
  }),
  tableRule({
    id: 'key-too-long-for-vdiff',
    severity: 'warning',
    title: 'a key may be too long for VDiff',
    why: `After every 10,000 rows and at the end of a table, VDiff stores the last key and a description of its columns in _vt.vdiff_table.lastpk, which has room for ${PLACE_BYTES} bytes. A longer one ends the VDiff with “Data too long for column 'lastpk'”; at the end of a table, it is only logged (vdiff/table_differ.go, lastPKFromRow; vitessio/vitess#20900; tried). A copy is not affected: in 24.0.1, _vt.copy_state.lastpk is a MEDIUMBLOB (go/vt/sidecardb/schema/vreplication/copy_state.sql; vitessio/vitess#18851).`,
    see: judgePlace,
  }),
  {
    id: 'packet-smaller-on-target',
    severity: 'warning',
    title: 'the target accepts only shorter packets',
    why: 'The target may refuse a row or a statement that the source accepts (MySQL manual, “Packet Too Large”; vreplicator.go, maxQuerySize).',
    judge: ({ source, target }) => {
      if (target === null) return [];
      const [here, there] = [source, target].map(({ variables }) => Number(variable(variables, 'max_allowed_packet')));
      if (!(here! > there!)) return [];
      return [
        {
          what: `max_allowed_packet = ${here} on the source, ${there} on the target`,
          where: `${source.where} and ${target.where}`,
          mend: `On every MySQL of the target: SET PERSIST max_allowed_packet = ${here}`,
        },
      ];
    },
  },
];

function judgePlace(table: Table, context: Context): Pick<RuleViolation, 'what' | 'mend' | 'severity'> | null {
  const key = keyColumns(table);
  const { least, most } = placeBytes(table.name, key, longestDatabase(context));
  if (key.length === 0 || most <= PLACE_BYTES) return null;
  const names = key.map(({ name }) => name);
  if (least > PLACE_BYTES) {
    return {
      what: `the key (${names.join(', ')}) takes at least ${least} bytes, of ${PLACE_BYTES}`,
      mend: 'Give the table a shorter key, or take a Vitess with vitessio/vitess#20901.',
      severity: 'blocker',
    };
  }
  return {
    what: `the key (${names.join(', ')}) takes up to ${most} bytes, of ${PLACE_BYTES}`,
    mend: `Look: ${longestRow(table, names)}. If it is more than ${PLACE_BYTES - least}, take a Vitess with vitessio/vitess#20901, or shorten the key.`,
  };
}

/** A VDiff runs on the target, and on the source after the switch. */
function longestDatabase({ source, target, keyspaces }: Context): string {
  const names = [source.database.name, target?.database.name ?? '', ...keyspaces.map((name) => `vt_${name}`)];
  return names.reduce((longest, name) => (Buffer.byteLength(name) > Buffer.byteLength(longest) ? name : longest));
}

function longestRow({ name }: Table, columns: readonly string[]): string {
  const bytes = columns.map((column) => `COALESCE(LENGTH(${quoteName(column)}), 0)`).join(' + ');
  return `SELECT MAX(${bytes}) FROM ${quoteName(name)}`;
}

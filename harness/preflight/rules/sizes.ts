import { quoteName } from '../../schema/quote.ts';
import type { Table } from '../../schema/database.ts';
import type { Rule } from '../rule.ts';
import { variable } from '../variables.ts';
import { tableRule } from './tables.ts';

/** Vitess' default of --grpc-max-message-size (go/vt/grpccommon/options.go). */
const GRPC_BYTES = 16 * 1024 * 1024;

/** Types whose values may be larger than that, or may be with others in a row. */
const LONG_TYPES = ['mediumblob', 'mediumtext', 'longblob', 'longtext', 'json', 'geometry'];

export const SIZE_RULES: readonly Rule[] = [
  tableRule({
    id: 'row-too-long-for-grpc',
    severity: 'warning',
    title: 'rows may be larger than a gRPC message',
    why: 'A row goes from tablet to tablet in one message, of at most --grpc-max-message-size (16 MiB): a larger one ends the stream, at every new attempt (go/vt/grpccommon/options.go; vstreamer/rowstreamer.go).',
    see: (table) => {
      const columns = table.columns.filter(({ type }) => LONG_TYPES.includes(type)).map(({ name }) => name);
      // A table that is smaller as a whole has no such row, unless it is compressed.
      if (columns.length === 0 || (table.bytes < GRPC_BYTES && !table.isCompressed)) return null;
      return {
        what: `${columns.join(', ')} can hold more than ${GRPC_BYTES} bytes, and the table has ${table.bytes}${table.isCompressed ? ', compressed' : ''}`,
        mend: `Look: ${longestRow(table, columns)}; if it is more than ${GRPC_BYTES}, start vttablet, vtgate and vtctld with a larger --grpc-max-message-size`,
      };
    },
  }),
  {
    id: 'packet-smaller-on-target',
    severity: 'warning',
    title: 'the target accepts only shorter packets',
    why: 'A row or statement that the source accepts may be refused by the target (MySQL manual, “Packet Too Large”; vreplicator.go, maxQuerySize).',
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

function longestRow({ name }: Table, columns: readonly string[]): string {
  const bytes = columns.map((column) => `COALESCE(LENGTH(${quoteName(column)}), 0)`).join(' + ');
  return `SELECT MAX(${bytes}) FROM ${quoteName(name)}`;
}

/**
 * Makes mysqld count the CPU of statements (MySQL 8.0.28 and later; off by default). A server that does not know this
 * option ignores it.
 */
export const COUNTS_CPU = 'loose-performance-schema-consumer-events-statements-cpu=ON';

/**
 * Sizes of buffers that nothing fills in a run: InnoDB's log buffer, and those of performance_schema for histories,
 * memory, errors, and accounts by the hundred. mysqld fills them with zeros before it opens its data, and four MySQLs
 * start at once. On 2 cores, MySQL 9.7, each in one run: 1.2 s of CPU for performance_schema with MySQL's defaults, and
 * 0.4 s without long histories, errors and accounts and with FEW_DIGESTS; of the rest of a start, 2.15 s, the log buffer
 * takes 0.2 s, and histories and memory 0.15 s. What the harness reads is kept: statements by account, rows by table,
 * transactions, connections.
 */
export const SMALL_BUFFERS: readonly string[] = [
  'innodb-log-buffer-size=4M',
  'loose-performance-schema-events-statements-history-long-size=0',
  'loose-performance-schema-events-waits-history-long-size=0',
  'loose-performance-schema-events-stages-history-long-size=0',
  'loose-performance-schema-events-transactions-history-long-size=0',
  'loose-performance-schema-events-statements-history-size=0',
  'loose-performance-schema-events-waits-history-size=0',
  'loose-performance-schema-events-stages-history-size=0',
  'loose-performance-schema-events-transactions-history-size=0',
  'loose-performance-schema-max-memory-classes=0',
  'loose-performance-schema-error-size=0',
  'loose-performance-schema-accounts-size=32',
  'loose-performance-schema-users-size=32',
  'loose-performance-schema-hosts-size=32',
];

/** A setting for servers whose statements are not grouped. */
export const FEW_DIGESTS = 'loose-performance-schema-digests-size=200';

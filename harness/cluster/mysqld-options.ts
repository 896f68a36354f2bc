/**
 * Makes mysqld count the CPU of statements (MySQL 8.0.28 and later; off by default). A server that does not know this
 * option ignores it.
 */
export const COUNTS_CPU = 'loose-performance-schema-consumer-events-statements-cpu=ON';

/**
 * Sizes of performance_schema buffers that nothing fills in a run (histories, memory, errors, accounts by the hundred),
 * and of InnoDB's log buffer, as it was before MySQL 8.4 made it four times as large. mysqld fills them with zeros
 * before it opens its data, and four MySQLs start at once. CPU of a start, MySQL 9.7, 2 cores, each in one run: 1.2 s
 * for performance_schema with MySQL's defaults, 0.4 s with neither long histories, errors, many accounts nor many
 * digests; of the 2.15 s that are left in all, a log buffer of 64 MB takes 0.2 s, and histories and memory 0.15 s. What
 * the harness reads is kept: statements by account, rows by table, transactions, connections.
 */
export const SMALL_BUFFERS: readonly string[] = [
  'innodb-log-buffer-size=16M',
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

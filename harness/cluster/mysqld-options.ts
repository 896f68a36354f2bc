/**
 * Makes mysqld count the CPU of statements (MySQL 8.0.28 and later; off by default). A server that does not know this
 * option ignores it.
 */
const COUNTS_CPU = 'loose-performance-schema-consumer-events-statements-cpu=ON';

/**
 * Sizes of buffers that nothing fills in a run: of performance_schema (histories, memory, errors, accounts by the
 * hundred, digests by the thousand), InnoDB's log buffer, and its doublewrite buffer, which MySQL 8.4 made 32 times as
 * large. mysqld fills them with zeros, or reads them, before it answers, and four MySQLs start at once. Memory that is
 * touched for the first time takes 3 to 4 ms of CPU for each MB on a virtual machine of 2 cores, and a start of MySQL
 * 9.7 takes 1.7 s with 246 MB and 1.4 s with 192 MB. What the harness reads is kept: statements by account, rows by
 * table, transactions, connections.
 */
const SMALL_BUFFERS: readonly string[] = [
  'innodb-log-buffer-size=4M',
  'loose-innodb-doublewrite-pages=16',
  'loose-performance-schema-digests-size=1000',
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

/** Options of every mysqld that the harness starts, as my.cnf has them. */
export const OWN_OPTIONS: readonly string[] = [COUNTS_CPU, ...SMALL_BUFFERS];

/**
 * Makes mysqld count the CPU of statements (MySQL 8.0.28 and later; off by default). A server that does not know this
 * option ignores it.
 */
export const COUNTS_CPU = 'loose-performance-schema-consumer-events-statements-cpu=ON';

/**
 * Sizes of performance_schema buffers that nothing fills in a run: long histories, errors, accounts by the hundred.
 * Filling them with zeros takes most of a MySQL's processor time before it opens its data: 1.2 s with MySQL's defaults,
 * 0.4 s with these and FEW_DIGESTS (MySQL 9.7, 2 cores, each in one run), and four MySQLs start at once. What the
 * harness reads is kept: statements by account, rows by table, transactions, connections.
 */
export const SMALL_BUFFERS: readonly string[] = [
  'loose-performance-schema-events-statements-history-long-size=0',
  'loose-performance-schema-events-waits-history-long-size=0',
  'loose-performance-schema-events-stages-history-long-size=0',
  'loose-performance-schema-events-transactions-history-long-size=0',
  'loose-performance-schema-error-size=0',
  'loose-performance-schema-accounts-size=32',
  'loose-performance-schema-users-size=32',
  'loose-performance-schema-hosts-size=32',
];

/** A setting for servers whose statements are not grouped. */
export const FEW_DIGESTS = 'loose-performance-schema-digests-size=200';

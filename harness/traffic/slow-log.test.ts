import { expect, test } from '@jest/globals';
import type { LogEntry } from './log-entry.ts';
import { SlowLog } from './slow-log.ts';

function entriesOf(text: string): LogEntry[] {
  const log = new SlowLog();
  return [...log.read(text.split('\n')), ...log.end()];
}

const head = (id: number, at = '2026-11-28T10:08:04.134476Z') => `# Time: ${at}
# User@Host: app[app] @  [10.0.0.1]  Id:    ${id}
# Query_time: 0.000322  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0`;

test('`use` applies to everything that follows, whatever its connection; a line that sets up a statement is not a statement', () => {
  const entries = entriesOf(`/usr/sbin/mysqld, Version: 9.7.4-2 ((Debian)). started with:
Tcp port: 3306  Unix socket: /tmp/mysql.sock
Time                 Id Command    Argument
${head(9)}
use shop;
SET timestamp=1795860461;
SELECT 1;
${head(10)}
SET timestamp=1795860461;
SELECT 'a;
b' -- comment
 FROM t;
${head(9)}
use crm;
SET insert_id=7,timestamp=1795860461;
INSERT INTO t VALUES (NULL);
${head(9)}
SET timestamp=1795860461;
# administrator command: Ping;
${head(9)}
SET timestamp=1795860461;
# administrator command: Quit;`);
  expect(entries.map(({ connection, database, sql }) => [connection, database, sql])).toEqual([
    ['9', 'shop', 'SELECT 1'],
    ['10', 'shop', "SELECT 'a;\nb' -- comment\n FROM t"],
    ['9', 'crm', 'INSERT INTO t VALUES (NULL)'],
    ['9', 'crm', null],
  ]);
  expect(new Date(entries[0]!.atMs!).toISOString()).toBe('2026-11-28T10:08:04.134Z');
});

test('attributes of log_slow_extra and of Percona Server are not statements', () => {
  const entries = entriesOf(`# Time: 2026-11-28T10:08:04.134476Z
# User@Host: app[app] @  [10.0.0.1]  Id:     3
# Query_time: 0.000322  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0 Thread_id: 3 Errno: 0 Killed: 0 Bytes_received: 110 Start: 2026-11-28T10:08:04.1Z End: 2026-11-28T10:08:04.2Z
use shop;
SET timestamp=1795860461;
SELECT 1;
# Time: 130601  8:01:06.058915
# User@Host: root[root] @ localhost []  Id:    42
# Schema: imdb  Last_errno: 0  Killed: 0
# Query_time: 7.725616  Lock_time: 0.000328  Rows_sent: 4  Rows_examined: 1543720  Rows_affected: 0
# Bytes_sent: 272  Tmp_tables: 0  Tmp_disk_tables: 0  Tmp_table_sizes: 0
# Full_scan: Yes  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No
# Filesort: No  Filesort_on_disk: No  Merge_passes: 0
#   InnoDB_IO_r_ops: 6415  InnoDB_IO_r_bytes: 105103360
SET timestamp=1370073666;
SELECT id FROM title WHERE title = 'Bambi';
# User@Host: root[root] @ localhost []
# Thread_id: 7  Schema: crm  QC_hit: No
# Query_time: 0.000128  Lock_time: 0.000045  Rows_sent: 1  Rows_examined: 1
SET timestamp=1370073667;
SELECT 2;`);
  expect(entries.map(({ connection, database, sql }) => [connection, database, sql])).toEqual([
    ['3', 'shop', 'SELECT 1'],
    ['42', 'imdb', "SELECT id FROM title WHERE title = 'Bambi'"],
    ['7', 'crm', 'SELECT 2'],
  ]);
});

import { expect, test } from '@jest/globals';
import { FakeMySql } from '../workload/fake/fake-mysql.ts';
import { Reader } from './side.ts';
import { MOST_WARNINGS, seriousWarnings } from './warnings.ts';

test('a warning counts on a server that is set to keep none', async () => {
  let kept = 0;
  await using server = await FakeMySql.start((sql) => {
    const [, set] = /max_error_count = (\d+)/.exec(sql) ?? [];
    if (set !== undefined) kept = Number(set);
    if (sql.startsWith('SET')) return { ok: [{}] };
    return { rows: [['1']], next: { rows: kept === 0 ? [] : [['1']] } };
  });
  using reader = await Reader.open('source', server.endpoint('source').options, 500);
  await expect(reader.read('SELECT CAST(v AS SIGNED) FROM t', 't')).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { what: 'The source gave warnings while its rows were read, so they cannot be trusted.', where: 't' },
  });
});

test('every row is read from a server that is set to return few', async () => {
  let isLimited = true;
  await using server = await FakeMySql.start((sql) => {
    if (sql.includes('sql_select_limit = 18446744073709551615')) isLimited = false;
    if (sql.startsWith('SET')) return { ok: [{}] };
    return { rows: isLimited ? [['1']] : [['1'], ['2']], next: { rows: [] } };
  });
  using reader = await Reader.open('source', server.endpoint('source').options, 500);
  expect(await reader.read('SELECT id FROM t', 't')).toHaveLength(2);
});

const cut = { Level: 'Warning', Code: '1260', Message: 'Row 7 was cut by GROUP_CONCAT()' };
const truncated = { Level: 'Warning', Code: '1292', Message: "Truncated incorrect INTEGER value: '1a'" };

test('a serious warning is reported among harmless ones', () => {
  expect(seriousWarnings([cut, cut])).toEqual([]);
  expect(seriousWarnings([cut, truncated])).toEqual(["1292: Truncated incorrect INTEGER value: '1a'"]);
});

test('so many harmless warnings that others may be missing are serious', () => {
  const shown = Array.from({ length: MOST_WARNINGS }, () => cut);
  expect(seriousWarnings(shown.slice(1))).toEqual([]);
  expect(seriousWarnings(shown)).toEqual([expect.stringContaining('at least 65535 warnings')]);
});

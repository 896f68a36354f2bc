import { expect, test } from '@jest/globals';
import { RoundtripError } from '../errors.ts';
import { getKeyspaces } from './keyspaces.ts';
import { showWorkflow } from './move-tables.ts';
import { getRoutingRules } from './routing-rules.ts';
import { getShard, getShards } from './shards.ts';
import { getTablets } from './tablets.ts';
import { showVDiff } from './vdiff.ts';
import { Vtctldclient, commandLine } from './vtctldclient.ts';

// Answers as Vitess 24.0.1 gave them, cut to what is read.

const NAME = { workflow: 'commerce2customer', targetKeyspace: 'customer' };

/** A vtctldclient that prints this and ends with that status. */
function printing(stdout: string, exitCode = 0, stderr = ''): Vtctldclient {
  return new Vtctldclient({
    run: async () => ({ exitCode, stdout, stderr }),
    server: { recentLog: () => 'the last line of its log', logFile: 'logs/vtctld.log' },
  });
}

function workflow(lag: string, state = 'Copying'): string {
  const stream = {
    id: '1',
    tablet: { cell: 'zone1', uid: 200 },
    state,
    message: '',
    position: 'e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
    rows_copied: '9223372036854775807',
    copy_states: [{ table: 'customer', last_pk: '', stream_id: '1' }],
  };
  return JSON.stringify({
    workflows: [
      {
        name: 'commerce2customer',
        source: { keyspace: 'commerce', shards: ['0'] },
        target: { keyspace: 'customer', shards: ['0'] },
        max_v_replication_transaction_lag: lag,
        shard_streams: { '0/zone1-0000000200': { streams: [stream] } },
      },
    ],
  });
}

test('a workflow: int64 as bigint, and a lag at the edge of int64 is not known', async () => {
  const shown = await showWorkflow(printing(workflow('-9223372036854775808')), NAME);
  expect(shown?.lagSeconds).toBeNull();
  expect(shown?.streams).toEqual([
    {
      tablet: 'zone1-200',
      state: 'Copying',
      message: '',
      position: 'e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
      rowsCopied: 9223372036854775807n,
      copying: ['customer'],
    },
  ]);
  expect((await showWorkflow(printing(workflow('9223372036854775807')), NAME))?.lagSeconds).toBeNull();
  expect((await showWorkflow(printing(workflow('3', 'Running')), NAME))?.lagSeconds).toBe(3);
});

test('a workflow that is not there is null', async () => {
  expect(await showWorkflow(printing('{"workflows": []}'), NAME)).toBeNull();
});

test('tablets by alias and type', async () => {
  const text =
    '[{"alias":{"cell":"zone1","uid":202},"hostname":"h","port_map":{"grpc":16100},"keyspace":"customer","shard":"0","type":3}]';
  expect(await getTablets(printing(text), 'customer')).toEqual([
    { alias: 'zone1-202', hostname: 'h', keyspace: 'customer', shard: '0', type: 'rdonly' },
  ]);
});

test('a shard’s primary and denied tables', async () => {
  const control = { tablet_type: 'PRIMARY', cells: [], denied_tables: ['customer', 'corder'], frozen: false };
  const shard = { primary_alias: { cell: 'zone1', uid: 100 }, is_primary_serving: true, tablet_controls: [control] };
  expect(await getShard(printing(JSON.stringify({ shard })), 'commerce/0')).toEqual({
    primaryAlias: 'zone1-100',
    isPrimaryServing: true,
    deniedTables: ['corder', 'customer'],
  });
});

test('keyspaces with their sidecar databases, and the names of a keyspace’s shards', async () => {
  const record = { keyspace_type: 'NORMAL', durability_policy: 'none' };
  const text = JSON.stringify([
    { name: 'commerce', keyspace: { ...record, sidecar_db_name: '_vt_ext' } },
    { name: 'old', keyspace: { ...record, sidecar_db_name: '' } },
  ]);
  expect(await getKeyspaces(printing(text))).toEqual([
    { name: 'commerce', sidecar: '_vt_ext' },
    { name: 'old', sidecar: '_vt' },
  ]);
  expect(await getKeyspaces(printing('null'))).toEqual([]);
  const shard = { keyspace: 'commerce', name: '-', shard: { is_primary_serving: true } };
  expect(await getShards(printing(JSON.stringify({ shards: { '-': shard } })), 'commerce')).toEqual(['-']);
});

test('routing rules', async () => {
  const text = '{"rules":[{"from_table":"customer@replica","to_tables":["commerce.customer"]}]}';
  expect([...(await getRoutingRules(printing(text)))]).toEqual([['customer@replica', 'commerce.customer']]);
});

test('a VDiff counts rows that differ and rows on one side only, and shows samples', async () => {
  const text = JSON.stringify({
    State: 'completed',
    RowsCompared: 7,
    HasMismatch: true,
    TableSummary: {
      corder: { State: 'completed', RowsCompared: 7, MismatchedRows: 1, ExtraRowsSource: 2, ExtraRowsTarget: 3 },
    },
    Reports: {
      corder: { '0': { MismatchedRowsSample: [{ Source: { Row: { order_id: '9' } }, Target: { Row: {} } }] } },
    },
  });
  const shown = await showVDiff(printing(text), NAME, 'uuid');
  expect(shown.tables).toMatchObject([{ table: 'corder', rowsCompared: 7, mismatchedRows: 6 }]);
  expect(shown.tables[0]?.samples).toEqual([expect.stringContaining('"order_id":"9"')]);
});

test.each([
  ['cut', '{"rules": [{"from_ta', 'one JSON document'],
  ['two documents', '{"rules": []}\n{"rules": []}', 'one JSON document'],
  ['of another form', '{"regeln": []}', 'rules'],
])('an answer that is %s is an error that shows it', async (_, text, expected) => {
  const reading = getRoutingRules(printing(text));
  await expect(reading).rejects.toBeInstanceOf(RoundtripError);
  await expect(getRoutingRules(printing(text))).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: expect.stringContaining(expected), seen: expect.stringContaining(text.slice(0, 12)) },
  });
});

test('a failed command names itself, its output and the end of the server’s log', async () => {
  const failing = getShard(printing('', 1, 'node doesn’t exist: keyspaces/x'), 'x/0');
  await expect(failing).rejects.toMatchObject({
    outcome: 'fail',
    facts: {
      seen: expect.stringMatching(/status 1: node doesn’t exist[\s\S]*the last line of its log/),
      where: expect.stringContaining('vtctldclient GetShard x/0'),
    },
  });
});

test('a command is shown as one would type it', () => {
  expect(commandLine(['ApplyVSchema', '--vschema={"tables":{}}', 'commerce'])).toBe(
    `vtctldclient ApplyVSchema '--vschema={"tables":{}}' commerce`,
  );
});

import { expect, test } from '@jest/globals';
import { RoundtripError } from '../errors.ts';
import { getKeyspaces } from './keyspaces.ts';
import { showWorkflow } from './move-tables.ts';
import { getRoutingRules } from './routing-rules.ts';
import { getShard, getShards } from './shards.ts';
import { getTablets } from './tablets.ts';
import { showVDiff, vdiffsUnderWay } from './vdiff.ts';
import { Vtctl, commandLine } from './vtctl.ts';

// Answers as Vitess 24.0.1 returned them, reduced to what is read.

const NAME = { workflow: 'commerce2customer', targetKeyspace: 'customer' };

const SERVER = { recentLog: () => 'the last line of its log', logFile: 'logs/vtctld.log' };

/** A vtctld that gives this answer to every call. */
function answering(answer: unknown): Vtctl {
  return new Vtctl({ call: async () => ({ answer }), server: SERVER });
}

function refusing(status: string, message: string): Vtctl {
  return new Vtctl({ call: async () => ({ status, message }), server: SERVER });
}

function workflow(lag: string, state = 'Copying'): object {
  const stream = {
    id: '1',
    tablet: { cell: 'zone1', uid: 200 },
    state,
    message: '',
    position: 'e9bfc32b-e6a8-11f1-8ecb-0242ac130003:1-26',
    rows_copied: '9223372036854775807',
    copy_states: [{ table: 'customer', last_pk: '', stream_id: '1' }],
  };
  return {
    workflows: [
      {
        name: 'commerce2customer',
        source: { keyspace: 'commerce', shards: ['0'] },
        target: { keyspace: 'customer', shards: ['0'] },
        max_v_replication_transaction_lag: lag,
        shard_streams: { '0/zone1-0000000200': { streams: [stream] } },
      },
    ],
  };
}

test('a workflow: int64 as bigint, and a lag at the edge of int64 is unknown', async () => {
  const shown = await showWorkflow(answering(workflow('-9223372036854775808')), NAME);
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
  expect((await showWorkflow(answering(workflow('9223372036854775807')), NAME))?.lagSeconds).toBeNull();
  expect((await showWorkflow(answering(workflow('3', 'Running')), NAME))?.lagSeconds).toBe(3);
});

test('a workflow that does not exist is null', async () => {
  expect(await showWorkflow(answering({ workflows: [] }), NAME)).toBeNull();
});

test('tablets by alias and type', async () => {
  const alias = { cell: 'zone1', uid: 202 };
  const tablet = { alias, hostname: 'h', port_map: { grpc: 16100 }, keyspace: 'customer', shard: '0', type: 'RDONLY' };
  expect(await getTablets(answering({ tablets: [tablet] }), 'customer')).toMatchObject([
    { alias: 'zone1-202', hostname: 'h', keyspace: 'customer', shard: '0', type: 'rdonly' },
  ]);
});

test('a shard’s primary and denied tables; a shard without a primary', async () => {
  const control = { tablet_type: 'PRIMARY', cells: [], denied_tables: ['customer', 'corder'], frozen: false };
  const shard = { primary_alias: { cell: 'zone1', uid: 100 }, is_primary_serving: true, tablet_controls: [control] };
  expect(await getShard(answering({ shard: { keyspace: 'commerce', name: '0', shard } }), 'commerce/0')).toEqual({
    primaryAlias: 'zone1-100',
    isPrimaryServing: true,
    deniedTables: ['corder', 'customer'],
  });
  const without = { is_primary_serving: false, tablet_controls: [] };
  expect((await getShard(answering({ shard: { shard: without } }), 'commerce/0')).primaryAlias).toBeNull();
});

test('keyspaces with their sidecar databases, and the names of a keyspace’s shards', async () => {
  const record = { keyspace_type: 'NORMAL', durability_policy: 'none' };
  const keyspaces = [
    { name: 'commerce', keyspace: { ...record, sidecar_db_name: '_vt_ext' } },
    { name: 'old', keyspace: { ...record, sidecar_db_name: '' } },
  ];
  expect(await getKeyspaces(answering({ keyspaces }))).toEqual([
    { name: 'commerce', sidecar: '_vt_ext' },
    { name: 'old', sidecar: '_vt' },
  ]);
  const shard = { keyspace: 'commerce', name: '-', shard: { is_primary_serving: true } };
  expect(await getShards(answering({ shards: { '-': shard } }), 'commerce')).toEqual(['-']);
});

test('routing rules', async () => {
  const rules = [{ from_table: 'customer@replica', to_tables: ['commerce.customer'] }];
  const read = await getRoutingRules(answering({ routing_rules: { rules } }));
  expect([...read]).toEqual([['customer@replica', 'commerce.customer']]);
});

/** The rows of a VDiff as a tablet returns them, by column. */
function diffOf(...rows: readonly Readonly<Record<string, string | null>>[]): Vtctl {
  const names = Object.keys(rows[0] ?? {});
  const output = {
    fields: names.map((name) => ({ name, type: 'VARCHAR' })),
    rows: rows.map((row) => {
      const values = names.map((name) => row[name] ?? null);
      return {
        lengths: values.map((value) => String(value === null ? -1 : Buffer.byteLength(value))),
        values: Buffer.from(values.join('')).toString('base64'),
      };
    }),
  };
  return answering({ tablet_responses: { '0': { id: '1', output, vdiff_uuid: 'uuid' } } });
}

const BEGUN = { vdiff_state: 'started', last_error: '', table_name: null, table_state: null, rows_compared: null };

test('a VDiff counts rows that differ and rows on one side only, and shows samples', async () => {
  const written = {
    TableName: 'corder',
    ProcessedRows: 7,
    MatchingRows: 1,
    MismatchedRows: 1,
    ExtraRowsSource: 2,
    ExtraRowsTarget: 3,
    MismatchedRowsSample: [{ Source: { Row: { order_id: '9', note: 'Grüße' } }, Target: { Row: {} } }],
  };
  const row = { vdiff_state: 'completed', last_error: '', table_name: 'corder', table_state: 'completed' };
  const rest = { rows_compared: '7', has_mismatch: '1', report: JSON.stringify(written) };
  const shown = await showVDiff(diffOf({ ...row, ...rest }), NAME, 'uuid');
  expect(shown).toMatchObject({ state: 'completed', hasMismatch: true, rowsCompared: 7, errors: [] });
  expect(shown.tables).toMatchObject([{ table: 'corder', state: 'completed', rowsCompared: 7, mismatchedRows: 6 }]);
  expect(shown.tables[0]?.samples).toEqual([expect.stringContaining('"order_id":"9","note":"Grüße"')]);
});

test.each([
  ['started, with no table yet', [BEGUN], 'started'],
  ['pending tables', [{ ...BEGUN, table_name: 'a', table_state: 'pending', rows_compared: '0' }], 'pending'],
  ['an error of one table', [{ ...BEGUN, table_name: 'a', table_state: 'error', rows_compared: '0' }], 'started'],
  ['a stopped shard', [{ ...BEGUN, vdiff_state: 'stopped' }], 'stopped'],
  ['tables done, and the shard not', [{ ...BEGUN, table_name: 'a', table_state: 'completed' }], 'started'],
  ['everything done', [{ ...BEGUN, vdiff_state: 'completed', table_name: 'a', table_state: 'completed' }], 'completed'],
] as const)('the state of a VDiff: %s', async (_, rows, state) => {
  expect((await showVDiff(diffOf(...rows), NAME, 'uuid')).state).toBe(state);
});

test('a VDiff that no tablet knows is not completed, and its error is shown', async () => {
  expect((await showVDiff(answering({ tablet_responses: {} }), NAME, 'uuid')).state).toBe('started');
  const failed = { ...BEGUN, vdiff_state: 'error', last_error: 'table corder is gone' };
  expect(await showVDiff(diffOf(failed), NAME, 'uuid')).toMatchObject({
    state: 'error',
    errors: ['table corder is gone'],
  });
});

test('an answer in another form is an error that shows it', async () => {
  const reading = getRoutingRules(answering({ regeln: [] }));
  await expect(reading).rejects.toBeInstanceOf(RoundtripError);
  await expect(reading).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { expected: expect.stringContaining('routing_rules'), seen: expect.stringContaining('{"regeln":[]}') },
  });
});

test('a failed command names itself, vtctld’s message and the end of its log', async () => {
  await expect(getShard(refusing('UNKNOWN', 'node doesn’t exist: keyspaces/x'), 'x/0')).rejects.toMatchObject({
    outcome: 'fail',
    facts: {
      seen: expect.stringMatching(/UNKNOWN: node doesn’t exist[\s\S]*the last line of its log/),
      where: expect.stringContaining('vtctldclient GetShard x/0'),
    },
  });
});

test.each(['UNAVAILABLE', 'DEADLINE_EXCEEDED'])('%s says nothing about the migration', async (status) => {
  await expect(getShard(refusing(status, 'no connection'), 'x/0')).rejects.toMatchObject({
    outcome: 'unknown',
    facts: { what: 'vtctld no longer answers.', seen: expect.stringContaining('no connection') },
  });
});

test('a command is shown as one would type it', () => {
  expect(commandLine(['ApplyVSchema', '--vschema={"tables":{}}', 'commerce'])).toBe(
    `vtctldclient ApplyVSchema '--vschema={"tables":{}}' commerce`,
  );
});

test('a VDiff is under way until it has ended, and after an error if Vitess tries it again', async () => {
  const ended = { vdiff_uuid: 'ended', state: 'completed', options: '{}' };
  const stopped = { vdiff_uuid: 'stopped', state: 'stopped', options: '{}' };
  const failed = { vdiff_uuid: 'failed', state: 'error', options: '{"core_options":{"tables":"a"}}' };
  const bare = { vdiff_uuid: 'bare', state: 'error', options: '{}' };
  expect(await vdiffsUnderWay(diffOf(ended, stopped, failed, bare), NAME)).toEqual([]);
  expect(await vdiffsUnderWay(diffOf(), NAME)).toEqual([]);
  const again = { vdiff_uuid: 'again', state: 'error', options: '{"core_options":{"auto_retry":true}}' };
  const waiting = { vdiff_uuid: 'waiting', state: 'pending', options: '{}' };
  const running = { vdiff_uuid: 'running', state: 'started', options: '{}' };
  const all = await vdiffsUnderWay(diffOf(ended, again, waiting, running, running), NAME);
  expect(all).toEqual(['again', 'waiting', 'running']);
});

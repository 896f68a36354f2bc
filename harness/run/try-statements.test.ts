import { expect, test } from '@jest/globals';
import { FakeMySql } from '../workload/fake/fake-mysql.ts';
import type { Statement } from '../workload/statement-planner.ts';
import { tryStatements, type StatementAuthor } from './try-statements.ts';

const INSERT: Statement = {
  index: 0,
  statement: 'insert stay',
  kind: 'insert',
  table: 'stay',
  sql: 'INSERT INTO stay (guests) VALUES (0)',
  values: [],
  parameters: new Map(),
};
const REFUSAL = { code: 3819, message: "Check constraint 'stay_guests' is violated." } as const;

/** Tries a statement that both sides refuse. */
async function refusedOf(author: StatementAuthor): Promise<unknown> {
  await using server = await FakeMySql.start((sql) => (sql.startsWith('INSERT') ? REFUSAL : { ok: [{}] }));
  const sides = { source: server.endpoint('source').options, vtgate: server.endpoint('vtgate').options };
  return await tryStatements([INSERT], sides, author).catch((error: unknown) => error);
}

test('a statement that a person wrote and the source refuses is for the person to correct', async () => {
  const next = 'Correct them in the workload; nothing was changed.';
  const facts = expect.objectContaining({ seen: expect.stringContaining('stay_guests'), next });
  expect(await refusedOf('person')).toMatchObject({ outcome: 'usage', facts });
});

test('a statement that the harness derived and the source refuses is a fault of the harness, with a way round', async () => {
  const facts = expect.objectContaining({
    what: expect.stringMatching(/that the harness derived from the schema: a fault of the harness/),
    seen: expect.stringContaining('insert stay: Check constraint'),
    next: expect.stringContaining('workload.statements'),
  });
  expect(await refusedOf('harness')).toMatchObject({ outcome: 'unknown', facts });
});

import { firstAcknowledged } from '../../harness/jest/history.ts';
import { corruption, tamper, valueOf } from '../../harness/jest/corruption.ts';

// What happens on the side that serves writes is carried to the other side like any other write: both sides stay equal,
// and VDiff and the checksum find nothing wrong. Only the history knows what should be there.

const ON_THE_TARGET = { writesOn: 'target', seen: { vdiff: false, checksum: false } } as const;

corruption({
  ...ON_THE_TARGET,
  claim: 'a row dropped on both sides is a lost write',
  plant: async (stage) => {
    await tamper(stage, 'target', ['DELETE FROM roundtrip_rows WHERE id = 17']);
    return [{ id: 'no-lost-write', table: 'roundtrip_rows', key: 17, count: 1 }];
  },
});

corruption({
  ...ON_THE_TARGET,
  claim: 'a row that comes back on both sides is a resurrected row',
  plant: async (stage) => {
    const { key } = await firstAcknowledged(stage.run, ({ f, table, matched }) => {
      return f === 'delete' && table === 'roundtrip_rows' && matched === 1;
    });
    const { value } = await firstAcknowledged(stage.run, (line) => {
      return line.f === 'insert' && line.table === 'roundtrip_rows' && line.key === key;
    });
    await tamper(stage, 'target', [`INSERT INTO roundtrip_rows VALUES (${key}, 1, ${String(value)}, 0)`]);
    return [{ id: 'no-resurrected-row', table: 'roundtrip_rows', key: Number(key), count: 1 }];
  },
});

corruption({
  ...ON_THE_TARGET,
  claim: 'a value that nobody sent is a phantom',
  plant: async (stage) => {
    await tamper(stage, 'target', ['UPDATE roundtrip_rows SET value = 987654321012345 WHERE id = 17']);
    return [{ id: 'no-phantom', table: 'roundtrip_rows', key: 17, count: 1 }];
  },
});

corruption({
  ...ON_THE_TARGET,
  claim: 'a row doubled on both sides is a duplicate',
  plant: async (stage) => {
    const value = await valueOf(stage, 'target', 'SELECT MAX(value) FROM roundtrip_append');
    await tamper(stage, 'target', [
      `INSERT INTO roundtrip_append SELECT * FROM roundtrip_append WHERE value = ${value}`,
    ]);
    return [{ id: 'no-duplicate', table: 'roundtrip_append', key: value, count: 1 }];
  },
});

corruption({
  ...ON_THE_TARGET,
  claim: 'half a transfer on both sides breaks the total',
  plant: async (stage) => {
    await tamper(stage, 'target', ['UPDATE roundtrip_bank SET balance = balance - 7 WHERE id = 3']);
    return [{ id: 'transaction-atomic', table: 'roundtrip_bank' }];
  },
});

corruption({
  ...ON_THE_TARGET,
  fixture: 'checkout',
  claim: 'half a transaction of the application on both sides is not atomic, and the missing rows are lost writes',
  plant: async (stage) => {
    const order = await valueOf(stage, 'target', 'SELECT MAX(order_id) FROM order_line');
    await tamper(stage, 'target', [`DELETE FROM order_line WHERE order_id = ${order}`]);
    const line = { table: 'order_line', key: `${order},1`, count: 1 };
    return [
      { id: 'transaction-atomic', ...line },
      { id: 'no-lost-write', ...line },
    ];
  },
});

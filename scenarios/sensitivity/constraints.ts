import { corruption, tamper } from '../../harness/jest/corruption.ts';

const FOREIGN_KEY =
  'ALTER TABLE corder ADD CONSTRAINT corder_customer FOREIGN KEY (customer_id) REFERENCES customer (customer_id)';

const ORPHAN =
  'INSERT INTO corder (order_id, customer_id, sku, price, placed_at) VALUES (9000009, 8888888, "orphan", 1, NOW(6))';

/** This row breaks the key before anything moves, and goes on breaking it. Later orders get larger numbers. */
const EARLIER_ORPHAN = ORPHAN.replace('9000009, 8888888', '9000019, 7777777');

corruption({
  claim: 'a foreign key broken on both sides is found although both are equal, and a row that broke it before is not',
  writesOn: 'target',
  prepare: async (stage) => {
    await tamper(stage, 'source', [FOREIGN_KEY, 'SET SESSION foreign_key_checks = OFF', EARLIER_ORPHAN]);
    await stage.run.preflight({});
  },
  plant: async (stage) => {
    await tamper(stage, 'target', ['SET SESSION foreign_key_checks = OFF', ORPHAN]);
    return [{ id: 'constraints-hold', table: 'corder', key: 9000009, count: 2 }];
  },
  seen: { vdiff: false, checksum: false },
});

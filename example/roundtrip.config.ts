import type { ConfigInput } from 'vitess-roundtrip/config';

export default {
  name: 'shop',
  source: { file: './fixtures/shop/schema.sql' },
  keyspaces: { source: 'shop', target: 'store' },
  data: { from: 'generated', rows: { product: 200, sale: 2_000 } },
  workload: { rate: 100 },
  thresholds: { writeGapMs: 5_000, lagMs: 5_000 },
} satisfies ConfigInput;

import type { Vtctl } from './vtctl.ts';

/**
 * How many tablets are asked at once, which is what vtctldclient sends (Vitess 24.0.1,
 * go/cmd/vtctldclient/command/schema.go).
 */
const CONCURRENCY = 10;

/** Makes every tablet of a keyspace reload its schema, as each does by itself every half hour. */
export async function reloadSchemas(vtctl: Vtctl, keyspace: string): Promise<void> {
  await vtctl.run({
    args: ['ReloadSchemaKeyspace', '--include-primary', keyspace],
    method: 'ReloadSchemaKeyspace',
    request: { keyspace, include_primary: true, concurrency: CONCURRENCY },
  });
}

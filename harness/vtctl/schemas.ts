import type { Vtctldclient } from './vtctldclient.ts';

/** Has every tablet of a keyspace look at its tables again, as each does by itself every half hour. */
export async function reloadSchemas(vtctl: Vtctldclient, keyspace: string): Promise<void> {
  await vtctl.run(['ReloadSchemaKeyspace', '--include-primary', keyspace]);
}

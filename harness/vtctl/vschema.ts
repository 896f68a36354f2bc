import { z } from 'zod';
import type { Vtctldclient } from './vtctldclient.ts';

const vschema = z.object({ sharded: z.boolean(), tables: z.record(z.string(), z.unknown()) });

/** Replaces a keyspace's VSchema. */
export async function applyVSchema(vtctl: Vtctldclient, keyspace: string, document: object): Promise<void> {
  await vtctl.run(['ApplyVSchema', `--vschema=${JSON.stringify(document)}`, keyspace]);
}

/** Names of the tables in a keyspace's VSchema, as the topology has it. */
export async function getVSchemaTables(vtctl: Vtctldclient, keyspace: string): Promise<string[]> {
  return Object.keys((await vtctl.query(vschema, vschemaCommand(keyspace))).tables);
}

export function vschemaCommand(keyspace: string): string[] {
  return ['GetVSchema', keyspace];
}

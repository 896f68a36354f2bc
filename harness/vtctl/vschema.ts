import { z } from 'zod';
import type { Vtctl, VtctlCommand } from './vtctl.ts';

const vschema = z.object({ v_schema: z.object({ tables: z.record(z.string(), z.unknown()) }) });

/** Replaces a keyspace's VSchema. */
export async function applyVSchema(vtctl: Vtctl, keyspace: string, document: object): Promise<void> {
  await vtctl.run({
    args: ['ApplyVSchema', `--vschema=${JSON.stringify(document)}`, keyspace],
    method: 'ApplyVSchema',
    request: { keyspace, v_schema: document },
  });
}

/** Returns the names of the tables in a keyspace's VSchema, as the topology has it. */
export async function getVSchemaTables(vtctl: Vtctl, keyspace: string): Promise<string[]> {
  return Object.keys((await vtctl.query(vschema, vschemaCommand(keyspace))).v_schema.tables);
}

export function vschemaCommand(keyspace: string): VtctlCommand {
  return { args: ['GetVSchema', keyspace], method: 'GetVSchema', request: { keyspace } };
}

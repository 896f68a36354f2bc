import { usage } from '../errors.ts';
import { vschemaFile, type Vschema } from '../fixture/generators.ts';
import { readJson } from '../fixture/json.ts';

/** The VSchema of an unsharded keyspace. */
export function unshardedVschema(tables: readonly string[]): Vschema {
  return { sharded: false, tables: Object.fromEntries(tables.map((table) => [table, {}])) };
}

/** @throws usage if the file is not a VSchema, or does not name exactly the tables that move. */
export async function readVschema(file: string, tables: readonly string[]): Promise<Vschema> {
  const vschema = await readJson(file, vschemaFile);
  const missing = tables.filter((table) => !Object.hasOwn(vschema.tables, table));
  if (vschema.sharded !== true && missing.length === 0) return vschema;
  throw usage({
    what: vschema.sharded === true ? 'The source keyspace cannot be sharded.' : 'The VSchema lacks tables that move.',
    expected: vschema.sharded === true ? 'sharded: false, because there is one source MySQL' : tables.join(', '),
    seen: vschema.sharded === true ? 'sharded: true' : `without ${missing.join(', ')}`,
    where: file,
    next: 'Correct it, or remove vschema from the config; an unsharded one is then made.',
  });
}

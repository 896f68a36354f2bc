import { trouble } from '../errors.ts';
import { definitionChange, type DefinitionMoment, type DefinitionOutcome } from '../fidelity/definitions.ts';
import { primaryEndpoint, type MigrationContext } from '../migration/context.ts';
import { quoteName } from '../schema/quote.ts';
import { openForReading } from '../schema/read.ts';
import type { Side } from '../side.ts';

/** The output of SHOW CREATE TABLE, by table. */
type Definitions = ReadonlyMap<string, string>;

/**
 * Checks that tables on both sides have the definitions that they had on the source before any of them moved, or on the
 * target if they were there before.
 */
export class DefinitionWatch {
  readonly #onSource: Definitions;
  #onTarget: Definitions = new Map();
  readonly #outcomes: DefinitionOutcome[] = [];

  private constructor(onSource: Definitions) {
    this.#onSource = onSource;
  }

  /** Reads the definitions of all tables that move, on the source. */
  static async begin(context: MigrationContext): Promise<DefinitionWatch> {
    return new DefinitionWatch(await readDefinitions(context, 'source', context.tables));
  }

  /** Reads the definitions of tables that the target has before the copy. */
  async lookBefore(context: MigrationContext, tables: readonly string[]): Promise<void> {
    this.#onTarget = new Map([...this.#onTarget, ...(await readDefinitions(context, 'target', tables))]);
  }

  /** Compares the tables of a workflow on both sides with their original definitions. */
  async look(context: MigrationContext, moment: DefinitionMoment): Promise<void> {
    for (const side of ['source', 'target'] as const) {
      for (const [table, definition] of await readDefinitions(context, side, context.tables)) {
        const own = side === 'target' ? this.#onTarget.get(table) : undefined;
        const change = definitionChange(own ?? this.#onSource.get(table)!, definition);
        this.#outcomes.push({ table, side, moment, change });
      }
    }
  }

  /** What was seen of these tables so far. */
  of(tables: readonly string[]): readonly DefinitionOutcome[] {
    return this.#outcomes.filter(({ table }) => tables.includes(table));
  }
}

async function readDefinitions(context: MigrationContext, side: Side, tables: readonly string[]): Promise<Definitions> {
  await using connection = await openForReading(await primaryEndpoint(context, side), `the ${side}`);
  // Defaults of TIMESTAMP columns are shown in the time zone of the session.
  await connection.read("SET SESSION time_zone = '+00:00'");
  const definitions = new Map<string, string>();
  for (const table of tables) {
    const [row] = await connection.read(`SHOW CREATE TABLE ${quoteName(table)}`);
    const definition = row?.['Create Table'];
    if (typeof definition !== 'string') {
      throw trouble({
        what: 'A table has no definition.',
        seen: JSON.stringify(row),
        where: `${table} on the ${side}`,
      });
    }
    definitions.set(table, definition);
  }
  return definitions;
}

import { trouble } from '../errors.ts';
import { serverOf } from './server-sql.ts';
import { firstValue, type Session } from './session.ts';

export function prefixOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 13), 16);
}

/** The servers of a run, by the beginning of their UUIDs. */
export class Servers {
  readonly #byPrefix = new Map<number, string>();

  /** @throws trouble for two servers whose UUIDs begin alike. */
  add(uuid: string): void {
    const prefix = prefixOf(uuid);
    const known = this.#byPrefix.get(prefix);
    if (known !== undefined && known !== uuid) {
      throw trouble({
        what: 'The UUIDs of two servers have the same first 13 digits, so the servers cannot be distinguished.',
        seen: `${known} and ${uuid}`,
        next: 'Run again; the servers then get new UUIDs.',
      });
    }
    this.#byPrefix.set(prefix, uuid);
  }

  get all(): readonly string[] {
    return [...this.#byPrefix.values()];
  }

  knows(prefix: number): boolean {
    return this.#byPrefix.has(prefix);
  }

  /**
   * Returns the UUID of the server that reported this prefix when it wrote to this table. The first operation on a
   * server asks it for its whole UUID. If the table has moved since, another server answers, and the name stays
   * `unknown:` with the prefix.
   */
  async nameOf(prefix: number, table: string, session: Session): Promise<string> {
    const known = this.#byPrefix.get(prefix);
    if (known !== undefined) return known;
    const uuid = firstValue(await session.readIfPossible(serverOf(table)));
    if (uuid !== null) this.add(String(uuid));
    return this.#byPrefix.get(prefix) ?? `unknown:${prefix.toString(16).padStart(13, '0')}`;
  }
}

import type { InvariantId } from '../history/invariants.ts';
import type { GtidObservation, SideName } from '../history/observations.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { RunChecker } from './checker.ts';
import { formatGtidSet, gtidsBeyond, parseGtidSet, serversOfGtidSet, sizeOfGtidSet, type GtidSet } from './gtid-set.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

type ServerSeen = GtidObservation['servers'][number] & { readonly set: GtidSet };

const MOST_SHOWN = 200;

/**
 * `gtid-contained`: each stream has read all that the primary it reads from has executed; no server holds a transaction
 * that its primary lacks, or one that came from outside its side.
 */
export class GtidContained implements RunChecker {
  readonly ids: readonly InvariantId[] = ['gtid-contained'];
  readonly #ledger: Ledger;
  readonly #names = new Map<string, string>();
  readonly #sides = new Map<string, SideName>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'server') {
      this.#names.set(line.server, line.name);
      this.#sides.set(line.server.toLowerCase(), line.side);
    }
    if (line.type !== 'observation' || line.of !== 'gtid') return;
    const servers = line.servers.map((server) => ({ ...server, set: parseGtidSet(server.executed) }));
    for (const { server, side } of servers) this.#sides.set(server.toLowerCase(), side);
    const primaries = new Map<SideName, ServerSeen>();
    for (const server of servers) if (!primaries.has(server.side)) primaries.set(server.side, server);
    for (const server of servers) this.#server(server, primaries.get(server.side)!, line.index);
    for (const stream of line.streams) this.#stream(stream, primaries.get(stream.from), line.index);
  }

  #server(server: ServerSeen, primary: ServerSeen, index: number): void {
    this.#ledger.judged('gtid-contained');
    const beyond = gtidsBeyond(server.set, primary.set);
    const name = this.#nameOf(server.server);
    if (beyond.size > 0) this.#find(name, `${name} has executed what its primary has not`, beyond, index);
    for (const uuid of serversOfGtidSet(server.set)) {
      if (this.#sides.get(uuid) === server.side) continue;
      const errant = new Map([...server.set].filter(([source]) => source.startsWith(uuid)));
      this.#find(name, `${name} has executed transactions that no server of the ${server.side} began`, errant, index);
    }
  }

  #stream(
    { workflow, from, position }: GtidObservation['streams'][number],
    primary: ServerSeen | undefined,
    index: number,
  ): void {
    if (!primary) {
      this.#ledger.cannot('gtid-contained', `no server of the ${from} was seen, which ${workflow} reads from`);
      return;
    }
    this.#ledger.judged('gtid-contained');
    const missing = gtidsBeyond(primary.set, parseGtidSet(position));
    if (missing.size === 0) return;
    const what = `${workflow} has not read all that ${this.#nameOf(primary.server)} has executed`;
    this.#find(workflow, what, missing, index);
  }

  /** @param key the server or the workflow that it is about. */
  #find(key: string, what: string, set: GtidSet, index: number): void {
    const weight = sizeOfGtidSet(set);
    const shown = `${what}: ${counted(weight, 'transaction')}, ${formatGtidSet(set).slice(0, MOST_SHOWN)}`;
    this.#ledger.find('gtid-contained', { table: null, key, what: shown, index, weight });
  }

  #nameOf(server: string): string {
    return this.#names.get(server) ?? server;
  }
}

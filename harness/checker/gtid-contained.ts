import type { InvariantId } from '../history/invariants.ts';
import type { GtidObservation } from '../history/observations.ts';
import type { OtherLine } from '../history/history-reader.ts';
import type { Side } from '../side.ts';
import type { RunChecker } from './checker.ts';
import { formatGtidSet, gtidsBeyond, parseGtidSet, serversOfGtidSet, sizeOfGtidSet, type GtidSet } from './gtid-set.ts';
import { LastLook } from './last-look.ts';
import type { Ledger } from './ledger.ts';
import { counted } from './sentence.ts';

type ServerSeen = GtidObservation['servers'][number] & { readonly set: GtidSet; readonly since: GtidSet };

const MOST_SHOWN = 200;
const SIDES: readonly Side[] = ['source', 'target'];

/**
 * Judges `gtid-contained`: each stream has read everything that the primary it reads from has executed, and no server
 * has a transaction that its primary lacks, or one from outside its side. What a server had executed before the
 * migration began is not judged, and the UUIDs in it belong to its side, unless a server of the other side has them.
 */
export class GtidContained implements RunChecker {
  readonly ids: readonly InvariantId[] = ['gtid-contained'];
  readonly #ledger: Ledger;
  readonly #last = new LastLook('gtid-contained', 'look at the servers');
  readonly #names = new Map<string, string>();
  /** The side of each server and of each group, by UUID. */
  readonly #sides = new Map<string, Side>();
  /** UUIDs that existed before the migration and may still get transactions, for example if the source is a replica. */
  readonly #earlier: Readonly<Record<Side, Set<string>>> = { source: new Set(), target: new Set() };

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  line(line: OtherLine): void {
    if (line.type === 'server') {
      this.#names.set(line.server, line.name);
      this.#sides.set(line.server.toLowerCase(), line.side);
    }
    if (line.type === 'observation' && line.of === 'gtid') this.#look(line, line.index);
  }

  end(lastWrite: number): void {
    this.#last.end(lastWrite, this.#ledger);
  }

  #look(line: GtidObservation, index: number): void {
    this.#last.at(index);
    const servers = line.servers.map((server) => this.#seen(server));
    const primaries = new Map<Side, ServerSeen>();
    for (const server of servers) if (!primaries.has(server.side)) primaries.set(server.side, server);
    for (const server of servers) this.#server(server, primaries.get(server.side)!, index);
    for (const side of SIDES) this.#primary(side, primaries.get(side));
    if (line.streams.length === 0) this.#ledger.cannot('gtid-contained', 'no stream was seen');
    for (const stream of line.streams) this.#stream(stream, primaries.get(stream.from), index);
  }

  #seen(server: GtidObservation['servers'][number]): ServerSeen {
    const { side, executed, before = '', groups = [] } = server;
    for (const uuid of [server.server, ...groups]) this.#sides.set(uuid.toLowerCase(), side);
    const [set, earlier] = [parseGtidSet(executed), parseGtidSet(before)];
    for (const uuid of serversOfGtidSet(earlier)) this.#earlier[side].add(uuid);
    return { ...server, set, since: gtidsBeyond(set, earlier) };
  }

  /** An empty set is contained in every other one, so a server that has executed nothing shows nothing. */
  #primary(side: Side, primary: ServerSeen | undefined): void {
    if (!primary) this.#ledger.cannot('gtid-contained', `no server of the ${side} was seen`);
    else if (primary.set.size === 0) {
      const name = this.#nameOf(primary.server);
      this.#ledger.cannot('gtid-contained', `the primary of the ${side}, ${name}, has executed nothing`);
    }
  }

  #server(server: ServerSeen, primary: ServerSeen, index: number): void {
    this.#ledger.judged('gtid-contained');
    const beyond = gtidsBeyond(server.since, primary.set);
    const name = this.#nameOf(server.server);
    if (beyond.size > 0) this.#find(name, `${name} has executed transactions that its primary has not`, beyond, index);
    for (const uuid of serversOfGtidSet(server.since)) {
      const side = this.#sides.get(uuid) ?? (this.#earlier[server.side].has(uuid) ? server.side : undefined);
      if (side === server.side) continue;
      const errant = new Map([...server.since].filter(([source]) => source.startsWith(uuid)));
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
    const what = `${workflow} has not read everything that ${this.#nameOf(primary.server)} has executed`;
    this.#find(workflow, what, missing, index);
  }

  /** @param key the server or the workflow that the finding is about. */
  #find(key: string, what: string, set: GtidSet, index: number): void {
    const weight = sizeOfGtidSet(set);
    const shown = `${what}: ${counted(weight, 'transaction')}, ${formatGtidSet(set).slice(0, MOST_SHOWN)}`;
    this.#ledger.find('gtid-contained', { table: null, key, what: shown, index, weight });
  }

  #nameOf(server: string): string {
    return this.#names.get(server) ?? server;
  }
}

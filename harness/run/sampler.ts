import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2/promise';
import { openConnection } from '../mysql-connection.ts';
import type { SampleObservation } from '../history/observations.ts';
import { countTransactions } from '../migration/rows-behind.ts';
import { quoteName } from '../schema/quote.ts';

type StreamSample = SampleObservation['streams'][number];
type ReplicaSample = SampleObservation['replicas'][number];
type LogSample = NonNullable<SampleObservation['logs']>[number];

const EVERY_MS = 1_000;
const QUERY_TIMEOUT_MS = 900;

/**
 * The streams that write to a server. A stream's lag is the time since the last transaction or heartbeat that it has
 * applied, as vtctldclient computes it (Vitess 24, go/vt/vtctl/workflow/workflows.go, getVReplicationTrxLag); the
 * columns are in seconds.
 */
const streamsIn = (sidecar: string): string =>
  // Names are VARBINARY, which the driver would return as bytes.
  'SELECT CONVERT(workflow USING utf8mb4) AS workflow, CONVERT(state USING utf8mb4) AS state, ' +
  'rows_copied AS rowsCopied, CONVERT(pos USING utf8mb4) AS position, ' +
  'UNIX_TIMESTAMP() - GREATEST(transaction_timestamp, time_heartbeat) AS lagSeconds, ' +
  `GREATEST(transaction_timestamp, time_heartbeat) AS seen FROM ${quoteName(sidecar)}.vreplication WHERE workflow IN (?)`;

const REPLICATION = 'SHOW REPLICA STATUS';
const EXECUTED = 'SELECT @@GLOBAL.gtid_executed AS executed';
const LOG_FILES = 'SHOW BINARY LOGS';

/** Checks the progress of streams and replicas once a second, over one connection to each server. */
export class Sampler implements AsyncDisposable {
  readonly #workflows: readonly string[];
  readonly #observed: (sample: SampleObservation) => void;
  readonly #servers: Sampled[] = [];
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  /**
   * @param workflows the workflows whose streams are watched; a Vitess may run others too.
   * @param broke receives the error of a bug in this code, after which the sampler stops.
   */
  constructor(
    workflows: readonly string[],
    observed: (sample: SampleObservation) => void,
    broke: (error: unknown) => void,
  ) {
    this.#workflows = workflows;
    this.#observed = observed;
    this.#running = this.#run().catch(broke);
  }

  /**
   * Adds a server to watch from now on.
   *
   * @param sidecar Vitess’ own database there.
   */
  add(name: string, endpoint: ConnectionOptions, sidecar: string): void {
    this.#servers.push(new Sampled(name, endpoint, sidecar, this.#workflows));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#servers.length === 0) continue;
      const seen = await Promise.all(this.#servers.map(async (server) => await server.look()));
      const streams = seen.flatMap((each) => each.streams);
      const replicas = seen.flatMap((each) => each.replicas);
      const logs = seen.flatMap((each) => each.logs);
      if (streams.length > 0 || replicas.length > 0) this.#observed({ of: 'sample', streams, replicas, logs });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
    for (const server of this.#servers) server.close();
  }
}

interface Seen {
  readonly streams: readonly StreamSample[];
  readonly replicas: readonly ReplicaSample[];
  readonly logs: readonly LogSample[];
}

const NOTHING: Seen = { streams: [], replicas: [], logs: [] };

class Sampled {
  readonly #name: string;
  readonly #endpoint: ConnectionOptions;
  readonly #sidecar: string;
  readonly #workflows: readonly string[];
  #connection: Connection | null = null;
  /** Whether it replicated when it was last asked, or has not been asked. */
  #isReplica = true;

  constructor(name: string, endpoint: ConnectionOptions, sidecar: string, workflows: readonly string[]) {
    this.#name = name;
    this.#endpoint = endpoint;
    this.#sidecar = sidecar;
    this.#workflows = workflows;
  }

  /** Leaves out what cannot be read now, because a server may be down on purpose. */
  async look(): Promise<Seen> {
    try {
      return this.#isReplica ? await this.#lookAtReplica() : await this.#lookAtPrimary();
    } catch (error) {
      // The source has no sidecar database before it is adopted.
      if (!isNoSuchTable(error)) this.close();
      return NOTHING;
    }
  }

  async #lookAtReplica(): Promise<Seen> {
    const [status] = await this.#query<RowDataPacket[]>(REPLICATION);
    return status === undefined ? await this.#lookAtPrimary() : this.#replica(status);
  }

  async #lookAtPrimary(): Promise<Seen> {
    const all = [REPLICATION, EXECUTED, LOG_FILES, streamsIn(this.#sidecar)].join(';');
    const answers = await this.#query<RowDataPacket[][]>(all, [this.#workflows]);
    const [[status] = [], [row] = [], files = [], streams = []] = answers;
    if (status !== undefined) return this.#replica(status);
    this.#isReplica = false;
    const transactions = countTransactions(String(row!['executed']));
    const bytes = files.reduce((total, file) => total + Number(file['File_size']), 0);
    return { streams: streams.map(streamOf), replicas: [], logs: [{ server: this.#name, transactions, bytes }] };
  }

  #replica(status: RowDataPacket): Seen {
    this.#isReplica = true;
    const seconds: unknown = status['Seconds_Behind_Source'];
    const lagMs = seconds === null ? null : Number(seconds) * 1000;
    return { streams: [], replicas: [{ server: this.#name, lagMs }], logs: [] };
  }

  close(): void {
    this.#connection?.destroy();
    this.#connection = null;
  }

  async #query<T extends RowDataPacket[] | RowDataPacket[][]>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<T> {
    const options = { ...this.#endpoint, connectTimeout: QUERY_TIMEOUT_MS, multipleStatements: true };
    this.#connection ??= await openConnection(options, null);
    const [rows] = await this.#connection.query<T>({ sql, values: [...values], timeout: QUERY_TIMEOUT_MS });
    return rows;
  }
}

function streamOf({ workflow, state, rowsCopied, position, lagSeconds, seen }: RowDataPacket): StreamSample {
  // The lag of a stream that waits or has not applied anything yet is unknown.
  const isKnown = state === 'Running' && Number(seen) > 0;
  return {
    workflow: String(workflow),
    state: String(state),
    rowsCopied: Number(rowsCopied),
    lagMs: isKnown ? Math.max(0, Number(lagSeconds)) * 1000 : null,
    // Vitess writes the flavour before it: MySQL56/…
    applied: countTransactions(String(position ?? '').replace(/^.*\//, '')),
  };
}

const NO_SUCH = new Set([1049, 1146]);

function isNoSuchTable(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && NO_SUCH.has(error.errno);
}

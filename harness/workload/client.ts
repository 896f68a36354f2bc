import { failure } from '../errors.ts';
import type { Operation } from './kinds/kind.ts';
import { Ids, deletion as deletionOfId } from './kinds/ids.ts';
import { read, update } from './kinds/rows.ts';
import { Worker, openAll, type WorkerContext } from './worker.ts';
import type { Completion } from './logbook.ts';
import type { WriteEndpoint } from './session.ts';

const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * One process that sends the operations that it is given, one at a time; they are in the history like a writer's.
 */
export class Client implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #endpoint: WriteEndpoint;
  readonly #origin: number;
  readonly #ids: Ids;
  #operations = 0;

  private constructor(worker: Worker, endpoint: WriteEndpoint, origin: number) {
    this.#worker = worker;
    this.#endpoint = endpoint;
    this.#origin = origin;
    this.#ids = new Ids({ seed: 0, origin, settleOperations: Infinity, retireOperations: 0, isStray: true });
  }

  /** @throws trouble if it cannot connect. */
  static async open({ to, ...context }: WorkerContext & { readonly to: WriteEndpoint }): Promise<Client> {
    const [session] = await openAll(to, 1, STATEMENT_TIMEOUT_MS);
    return new Client(new Worker(context, session!, STATEMENT_TIMEOUT_MS), to, context.numbering.origin());
  }

  /** Gives a row a new value. */
  async update(key: number): Promise<void> {
    const index = this.#operations++;
    await this.#acknowledged(update(index, key, this.#origin + index + 1));
  }

  /** Returns the value of a row, null if there is no such row, or why it could not be read. */
  async read(key: number): Promise<number | string | null> {
    const completion = await this.#run(read(this.#operations++, key));
    if (completion.outcome !== 'ok') return completion.error.message;
    return typeof completion.done.value === 'number' ? completion.done.value : null;
  }

  /** Inserts a row and returns the id that the server gave it. */
  async generate(): Promise<number> {
    const done = await this.#acknowledged(this.#ids.plan(this.#operations++));
    return Number(done.key);
  }

  async deleteId(id: number): Promise<void> {
    await this.#acknowledged(deletionOfId(this.#operations++, id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.close();
  }

  async #acknowledged(operation: Operation) {
    const completion = await this.#run(operation);
    if (completion.outcome === 'ok') return completion.done;
    throw failure({
      what: `A client’s ${operation.f} was not acknowledged.`,
      seen: completion.error.message,
      where: `${operation.table} ${operation.key ?? ''} through ${this.#endpoint.name}`,
    });
  }

  async #run(operation: Operation): Promise<Completion> {
    return await this.#worker.run(operation, this.#endpoint, 0);
  }
}

import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createBirpc, type BirpcReturn } from 'birpc';
import { messageOf, trouble } from '../errors.ts';
import { within } from '../wait.ts';
import { Clients, type ClientsListener, type ClientsOptions } from './clients.ts';
import { packError, unpackError } from './thread-errors.ts';

/** How this program's thread is told from others, such as Jest's. */
const NAME = 'application of a rehearsal';
/** When its clients have ended, nothing holds the thread up. */
const END_MS = 5_000;

interface Program extends ClientsOptions {
  readonly name: typeof NAME;
}

/** A message between the threads, as far as it can have an error: what a call threw, and the arguments of another. */
interface Message {
  readonly e?: unknown;
  readonly a?: readonly unknown[];
}

const withErrors = (change: (error: unknown) => unknown) => {
  return (message: Message): Message => ({
    ...message,
    ...('e' in message ? { e: change(message.e) } : {}),
    ...('a' in message ? { a: message.a?.map(change) } : {}),
  });
};
const ERRORS = { serialize: withErrors(packError), deserialize: withErrors(unpackError) };

/** What the thread can be told, beside what all clients can. */
interface ThreadCalls extends Clients {
  /** Ends the thread. */
  end(): void;
}

/**
 * The clients of a run, in a thread of their own: what the application sends does not wait for what else the harness
 * does, and its CPU time is known by itself.
 */
export class ClientThread implements AsyncDisposable {
  /** Calls a method of `Clients` there. It rejects with what that throws, and when the thread has gone. */
  readonly clients: BirpcReturn<ThreadCalls, ClientsListener>;
  readonly #thread: Worker;

  constructor(options: ClientsOptions, listener: ClientsListener) {
    const program: Program = { name: NAME, ...options };
    this.#thread = new Worker(fileURLToPath(import.meta.url), {
      workerData: program,
      // Flags of this process (a debugger's, Jest's) are not for the thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.clients = createBirpc<ThreadCalls, ClientsListener>(listener, {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is not a window
      post: (message) => this.#thread.postMessage(message),
      on: (receive) => void this.#thread.on('message', receive),
      // Each call has a bound of its own.
      timeout: -1,
      ...ERRORS,
    });
    this.#thread.on('error', (error) => this.#hasGone(messageOf(error)));
    this.#thread.on('exit', (status) => this.#hasGone(`it ended with status ${status}`));
  }

  /** Ends the thread; its clients must have ended. Calls are refused from then on. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.clients.$closed) return;
    const ended = once(this.#thread, 'exit');
    await this.clients.end.asEvent();
    await within(ended, END_MS, 'the thread did not end').catch(async () => await this.#thread.terminate());
  }

  /** Refuses all calls, those that wait for an answer included. */
  #hasGone(seen: string): void {
    const next = 'If the run was not ending, this is a bug of the harness: report it.';
    this.clients.$close(trouble({ what: 'The thread of the application has gone.', seen, next }));
  }
}

function serve(port: NonNullable<typeof parentPort>, options: ClientsOptions): void {
  const clients: Clients = new Clients(options, {
    historyFailed: (fault) => void main.historyFailed.asEvent(fault),
    stoodStill: (standstill) => void main.stoodStill.asEvent(standstill),
  });
  const calls = Object.assign(clients, { end: () => process.exit() });
  const main = createBirpc<ClientsListener, ThreadCalls>(calls, {
    post: (message) => port.postMessage(message),
    on: (receive) => void port.on('message', receive),
    bind: 'functions',
    timeout: -1,
    ...ERRORS,
  });
}

function isProgram(data: unknown): data is Program {
  return typeof data === 'object' && data !== null && 'name' in data && data.name === NAME;
}

if (!isMainThread && parentPort !== null && isProgram(workerData)) serve(parentPort, workerData);

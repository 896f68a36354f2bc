import { usage } from '../errors.ts';
import { waitFor } from '../wait.ts';
import type { Server } from './server.ts';
import type { Shell } from './shell.ts';
import { HOLD_FILE, PID_FILE } from './supervised.ts';

const ENDED_TIMEOUT_MS = 60_000;

export type Signal = 'KILL' | 'TERM' | 'STOP' | 'CONT';

/** How to find a process of a container, keep it down, and start it again. */
interface Handles {
  readonly pidFile: string;
  /** Runs before the process is ended, so that nothing starts it again. */
  readonly hold: string;
  readonly start: string;
}

const SUPERVISED: Handles = {
  pidFile: PID_FILE,
  hold: `touch ${HOLD_FILE}`,
  // The supervisor removes the first file once it has seen the second, which may be a moment after the process ended.
  start: `n=0; while [ -e ${PID_FILE} ] && [ $n -lt 250 ]; do sleep 0.02; n=$((n+1)); done; rm -f ${HOLD_FILE}`,
};

/** A process of a container that can be struck, and started again as an operator would do it. */
export class ServerProcess {
  /** What an operator calls it, such as `vtctld` or `target primary mysqld`. */
  readonly name: string;
  readonly server: Server;
  readonly #handles: Handles;
  /** Resolves when the process does its work. */
  readonly #ready: () => Promise<unknown>;

  /** @param handles by default those of the only server in its container. */
  constructor(name: string, server: Server, ready: () => Promise<unknown>, handles = SUPERVISED) {
    this.name = name;
    this.server = server;
    this.#handles = handles;
    this.#ready = ready;
  }

  /** Opens a shell beside the process, so that a signal takes a millisecond or two. */
  async arm(): Promise<ArmedProcess> {
    if (!this.server.isRestartable) throw notRestartable(this.name);
    return new ArmedProcess(this.name, await this.server.shell(), this.#handles, this.#ready);
  }
}

function notRestartable(name: string) {
  return usage({
    what: `${name} cannot be struck.`,
    expected: 'a cluster whose servers can be ended and started again',
    seen: 'one that was started without',
    next: 'Start it with `restartable: true`.',
  });
}

/** A process with a shell beside it. */
export class ArmedProcess implements Disposable {
  readonly name: string;
  readonly #shell: Shell;
  readonly #handles: Handles;
  readonly #ready: () => Promise<unknown>;

  constructor(name: string, shell: Shell, handles: Handles, ready: () => Promise<unknown>) {
    this.name = name;
    this.#shell = shell;
    this.#handles = handles;
    this.#ready = ready;
  }

  /** Halts the process, or lets it continue. */
  async signal(signal: 'STOP' | 'CONT'): Promise<void> {
    await this.#shell.run(this.#kill(signal));
  }

  /** Lets a halted process continue for a moment, and halts it again. */
  async advance(ms: number): Promise<void> {
    await this.#shell.run(`${this.#kill('CONT')}; sleep ${ms / 1000}; ${this.#kill('STOP')}`);
  }

  /** Ends the process, and waits until it has ended; it stays down until `start`. */
  async end(signal: 'KILL' | 'TERM'): Promise<void> {
    await this.#shell.run(`${this.#handles.hold} && ${this.#kill(signal)}`);
    await this.#untilEnded();
  }

  /** Does something that ends the process, and waits until it has ended; it stays down until `start`. */
  async endBy(body: () => Promise<unknown>): Promise<void> {
    await this.#shell.run(this.#handles.hold);
    await body();
    await this.#untilEnded();
  }

  async #untilEnded(): Promise<void> {
    const wait = { what: `the end of ${this.name}`, where: 'its container', timeoutMs: ENDED_TIMEOUT_MS };
    await waitFor(wait, async () => {
      const state = await this.state();
      return { done: state === 'ended' || undefined, seen: state };
    });
  }

  /** Starts it again after its end, and waits until it does its work. */
  async start(): Promise<void> {
    await this.#shell.run(this.#handles.start);
    await this.#ready();
  }

  /** Asks the kernel: `running`, `halted` by STOP, or `ended`. */
  async state(): Promise<'running' | 'halted' | 'ended'> {
    const { pidFile } = this.#handles;
    const look = `pid=$(cat ${pidFile} 2>/dev/null) && sed -n 's/^State:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null || echo none`;
    const state = await this.#shell.run(look);
    if (/^[TtZ]/.test(state)) return state.startsWith('Z') ? 'ended' : 'halted';
    return state === 'none' || state === '' ? 'ended' : 'running';
  }

  #kill(signal: Signal): string {
    return `kill -${signal} "$(cat ${this.#handles.pidFile})"`;
  }

  [Symbol.dispose](): void {
    this.#shell[Symbol.dispose]();
  }
}

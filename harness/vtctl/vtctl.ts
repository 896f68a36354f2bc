import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { errorKindOf, isOfServer } from '../error-kind.ts';
import { failure, trouble, type ErrorFacts } from '../errors.ts';
import { shellCommand } from '../shell.ts';

/** One command for vtctld. */
export interface VtctlCommand {
  /** The arguments of vtctldclient, as a person types them. */
  readonly args: readonly string[];
  /** The method of the service `vtctlservice.Vtctld` that vtctldclient calls for them. */
  readonly method: string;
  /** What vtctldclient sends, in protobuf's JSON form, with the names of the .proto files. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** How a call ended: with its answer in protobuf's JSON form, or with a gRPC status and its message. */
export type VtctldAnswer = { readonly answer: unknown } | { readonly status: string; readonly message: string };

/** The vtctld that commands are sent to. */
export interface VtctlHost {
  /** @param request in protobuf's JSON form, with the names of the .proto files. */
  call(method: string, request: Readonly<Record<string, unknown>>): Promise<VtctldAnswer>;
  /** Null if its log cannot be read. */
  readonly server: { recentLog(lines?: number): string; readonly logFile: string } | null;
}

/** An int64 in an answer. Protobuf's JSON form writes it as a string. */
export const int64 = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform((value) => BigInt(value));

/** The gRPC statuses for no answer, or none in time. Vitess' own errors have other statuses. */
const SILENT = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED']);

/**
 * How often a look is repeated if a server or a connection between two is at fault, such as that of a tablet to its
 * MySQL. A new connection can be hit although nothing is wrong with it: MySQL may send it the answer of a session that
 * was killed (decision 0033), and tablets open connections for most looks.
 */
const LOOKS_AGAIN = 2;
const AGAIN_AFTER_MS = 500;

/** Returns whether a method only reads, so that it can be called again. */
export function isLook(method: string): boolean {
  return /^(?:Get|Find|VDiffShow)/.test(method);
}

/** Sends commands to vtctld and parses its answers with schemas. */
export class Vtctl {
  readonly #host: VtctlHost;
  readonly #onCommand: (command: string) => void;

  /** @param onCommand receives every command, as a person would type it, before it is sent. */
  constructor(host: VtctlHost, onCommand: (command: string) => void = () => undefined) {
    this.#host = host;
    this.#onCommand = onCommand;
  }

  /**
   * Sends a command whose answer does not matter.
   *
   * @throws `fail` with the command, vtctld's message and the end of its log when vtctld refuses it; `unknown` when
   *   vtctld cannot be reached or does not answer in time, or a look or a VDiff that begins meets an error of a server.
   */
  async run(command: VtctlCommand): Promise<void> {
    await this.#send(command);
  }

  /**
   * Sends a command and parses its answer.
   *
   * @throws what `run` throws, and `unknown` with the answer if it does not match the schema, because an answer in
   *   another form proves nothing.
   */
  async query<T>(schema: z.ZodType<T>, command: VtctlCommand): Promise<T> {
    const answer = await this.#send(command);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw trouble({
      what: `The answer to ${nameOf(command)} could not be read.`,
      expected: z.prettifyError(parsed.error),
      ...this.#facts(command, shorten(JSON.stringify(answer))),
      next: 'The Vitess in use may answer in another form; the schemas are in harness/vtctl/.',
      cause: parsed.error,
    });
  }

  /**
   * Asks something that vtctld may refuse to answer for a while.
   *
   * @returns why it refuses; null if it answers.
   * @throws `unknown` when vtctld cannot be reached or does not answer in time.
   */
  async refusal(command: VtctlCommand): Promise<string | null> {
    const reply = await this.#call(command);
    return 'answer' in reply ? null : shorten(reply.message);
  }

  async #send(command: VtctlCommand): Promise<unknown> {
    let reply = await this.#call(command);
    for (let again = 0; again < LOOKS_AGAIN && isLook(command.method) && metTrouble(reply); again += 1) {
      await pause(AGAIN_AFTER_MS);
      reply = await this.#call(command);
    }
    if ('answer' in reply) return reply.answer;
    const facts = {
      what: `${nameOf(command)} failed.`,
      ...this.#facts(command, `${reply.status}: ${shorten(reply.message)}`),
    };
    if (!changesNothing(command.method) || !metTrouble(reply)) throw failure(facts);
    const next = 'A server or a connection is at fault, not the migration: fix that, then rehearse again.';
    throw trouble({ ...facts, next });
  }

  async #call(command: VtctlCommand): Promise<VtctldAnswer> {
    this.#onCommand(commandLine(command.args));
    const reply = await this.#host.call(command.method, command.request);
    if ('answer' in reply || !SILENT.has(reply.status)) return reply;
    throw trouble({
      what: 'vtctld no longer answers.',
      expected: `an answer to ${nameOf(command)}`,
      ...this.#facts(command, `${reply.status}: ${shorten(reply.message)}`),
      next:
        'Make it reachable again; on Kubernetes a forwarded port ends with its pod. The last command may have been carried ' +
        'out, at least in part, so look where traffic goes before anything else.',
    });
  }

  #facts({ args }: VtctlCommand, seen: string): Pick<ErrorFacts, 'seen' | 'where'> {
    const { server } = this.#host;
    if (server === null) return { seen, where: commandLine(args) };
    return {
      seen: `${seen}\nvtctld's log ends:\n${server.recentLog(6)}`,
      where: `${commandLine(args)}\n${server.logFile}`,
    };
  }
}

/** Whether vtctld refused because of a server or a connection, not because of what it was asked. */
function metTrouble(reply: VtctldAnswer): boolean {
  return 'status' in reply && isOfServer(errorKindOf(reply.message));
}

/** Whether a method leaves the migration as it is. */
function changesNothing(method: string): boolean {
  return isLook(method) || method === 'VDiffCreate';
}

/** Returns the command in a form that can be pasted into a shell. */
export function commandLine(args: readonly string[]): string {
  return shellCommand(['vtctldclient', ...args]);
}

function nameOf({ args }: VtctlCommand): string {
  return `vtctldclient ${args[0] ?? ''}`;
}

function shorten(text: string, most = 4000): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters in all)`;
}

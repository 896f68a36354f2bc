import { z } from 'zod';
import { failure, isOutOfResources, trouble, type ErrorFacts } from '../errors.ts';
import { shellCommand } from '../shell.ts';

/** What vtctl needs of the server that runs its commands. */
export interface VtctldHost {
  run(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Null where its log cannot be read. */
  readonly server: { recentLog(lines?: number): string; readonly logFile: string } | null;
}

/** An int64 in an answer: protojson writes it as a string, Go's own encoder as a number. */
export const int64 = z.union([z.string().regex(/^-?\d+$/), z.number().int()]).transform((value) => BigInt(value));

/** Runs vtctldclient and reads its answers against schemas. */
export class Vtctldclient {
  readonly #host: VtctldHost;
  readonly #onCommand: (command: string) => void;

  /** @param onCommand is told every command before it runs. */
  constructor(host: VtctldHost, onCommand: (command: string) => void = () => undefined) {
    this.#host = host;
    this.#onCommand = onCommand;
  }

  /**
   * The command's output.
   *
   * @throws `fail` with the command, what it printed and the end of vtctld's log, when its status is not 0; `unknown`
   *   where it was killed, found no server, or a server lacked resources.
   */
  async run(args: readonly string[]): Promise<string> {
    this.#onCommand(commandLine(args));
    const { exitCode, stdout, stderr } = await this.#host.run(args);
    if (exitCode === 0) return stdout;
    // A client that was killed, or found no server, says nothing about the migration.
    const isTrouble =
      exitCode > 128 ||
      exitCode < 0 ||
      /code = (Unavailable|DeadlineExceeded)|connection refused/.test(stderr) ||
      isOutOfResources(stderr);
    throw (isTrouble ? trouble : failure)({
      what: `vtctldclient ${args.slice(0, 1).join(' ')} failed.`,
      ...this.#facts(args, `status ${exitCode}: ${readableError(stderr || stdout)}`),
    });
  }

  /**
   * The command's answer, read as one JSON document.
   *
   * @throws `unknown` with the answer when it is not JSON or not of the schema: a changed or cut answer proves nothing.
   */
  async query<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T> {
    const text = await this.run(args);
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      throw this.#unreadable(args, 'one JSON document', text, error);
    }
    const parsed = schema.safeParse(document);
    if (!parsed.success) throw this.#unreadable(args, z.prettifyError(parsed.error), text, parsed.error);
    return parsed.data;
  }

  #unreadable(args: readonly string[], expected: string, text: string, cause: unknown) {
    return trouble({
      what: `The answer of vtctldclient ${args.slice(0, 1).join(' ')} could not be read.`,
      expected,
      ...this.#facts(args, shorten(text)),
      next: 'The Vitess in use may answer in another form; the schemas are in harness/vtctl/.',
      cause,
    });
  }

  #facts(args: readonly string[], seen: string): Pick<ErrorFacts, 'seen' | 'where'> {
    const { server } = this.#host;
    if (server === null) return { seen, where: commandLine(args) };
    return {
      seen: `${seen}\nvtctld's log ends:\n${server.recentLog(6)}`,
      where: `${commandLine(args)}\n${server.logFile}`,
    };
  }
}

/** The command as a person can paste it into a shell. */
export function commandLine(args: readonly string[]): string {
  return shellCommand(['vtctldclient', ...args]);
}

/** Errors of gRPC come with a prefix that says nothing. */
function readableError(text: string): string {
  return shorten(text.trim().replace(/^E\d{4} .*?\] /, ''));
}

function shorten(text: string, most = 4000): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters in all)`;
}

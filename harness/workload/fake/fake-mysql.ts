import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createConnection, type Connection } from 'mysql2';
import type { WriteEndpoint } from '../session.ts';

/** The reported effect of a statement; `isOpen`: a transaction is open afterwards. */
interface FakeOk {
  readonly matched?: number;
  readonly insertId?: number;
  readonly isOpen?: boolean;
}

/** What the server does with a query. `drop` closes the connection without an answer. */
export type FakeResponse =
  | { readonly ok: readonly FakeOk[] }
  | { readonly rows: readonly (readonly string[])[]; readonly next?: FakeResponse }
  | { readonly code: number; readonly message: string }
  | 'drop'
  | 'silence';

const MORE_RESULTS = 8;
const IN_TRANSACTION = 1;

/** A server for unit tests that speaks MySQL's protocol and gives the answers of the test. */
export class FakeMySql implements AsyncDisposable {
  /** The number of connections so far. */
  connections = 0;
  /** Whether it refuses new connections, like a server that is down. */
  isDown = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (sql: string, connection: number) => FakeResponse, pace: (send: () => void) => unknown) {
    this.#server = createServer((socket) => {
      if (this.isDown) {
        socket.destroy();
        return;
      }
      this.#sockets.add(socket);
      const number = this.connections++;
      const connection = createConnection({ isServer: true, stream: socket });
      connection.on('error', () => undefined);
      connection.serverHandshake({
        protocolVersion: 10,
        serverVersion: 'fake',
        connectionId: number,
        statusFlags: 2,
        characterSet: 45,
        capabilityFlags: 0xffffff,
        authCallback: (_: unknown, accept: () => void) => {
          accept();
          countPacketsAnew(connection);
        },
      });
      const asked = (sql: string) => {
        const given = answer(sql, number);
        pace(() => reply(connection, socket, given));
      };
      connection.on('query', asked);
      // mysql2 3.24.6 calls a query that begins with SET by this name (commands/server_handshake.js).
      connection.on('stmt_prepare', asked);
    });
  }

  /**
   * @param answer returns the answer for each query on each connection, both counted from 0.
   * @param pace calls its argument when the answer should be sent.
   */
  static async start(
    answer: (sql: string, connection: number) => FakeResponse,
    pace: (send: () => void) => unknown = (sendNow) => sendNow(),
  ): Promise<FakeMySql> {
    const fake = new FakeMySql(answer, pace);
    const { promise, resolve } = Promise.withResolvers<void>();
    fake.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return fake;
  }

  endpoint(name: WriteEndpoint['name']): WriteEndpoint {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    const { port } = this.#server.address() as AddressInfo;
    return { name, options: { host: '127.0.0.1', port, user: 'test' } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }
}

function reply(connection: Connection, socket: Socket, answer: FakeResponse): void {
  send(connection, socket, answer);
  countPacketsAnew(connection);
}

/** A method that mysql2's types do not have. */
function call(connection: Connection, method: string, argument: unknown): void {
  const body: unknown = Reflect.get(connection, method);
  if (typeof body === 'function') Reflect.apply(body, connection, [argument]);
}

const VAR_STRING = 253;

function textColumn(name: string) {
  const names = { catalog: 'def', schema: '', table: '', orgTable: '', name, orgName: name };
  return { ...names, characterSet: 45, columnLength: 100, columnType: VAR_STRING, flags: 0, decimals: 0 };
}

/** Must be called after each command, because mysql2's server does not do it itself. */
function countPacketsAnew(connection: Connection): void {
  connection.sequenceId = 0;
}

function send(connection: Connection, socket: Socket, answer: FakeResponse): void {
  if (answer === 'silence') return;
  if (answer === 'drop') {
    socket.destroy();
  } else if ('ok' in answer) {
    for (const [at, { matched = 1, insertId = 0, isOpen = false }] of answer.ok.entries()) {
      const serverStatus = (at < answer.ok.length - 1 ? MORE_RESULTS : 0) + (isOpen ? IN_TRANSACTION : 0);
      connection.writeOk({ affectedRows: matched, insertId, serverStatus });
    }
  } else if ('rows' in answer) {
    const columns = (answer.rows[0] ?? ['none']).map((_, at) => textColumn(`c${at}`));
    call(connection, 'writeColumns', columns);
    for (const row of answer.rows) call(connection, 'writeTextRow', row);
    connection.writeEof(0, answer.next === undefined ? 0 : MORE_RESULTS);
    if (answer.next !== undefined) send(connection, socket, answer.next);
  } else {
    connection.writeError(answer);
  }
}

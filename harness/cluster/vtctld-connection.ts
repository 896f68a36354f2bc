import { fromBinary, fromJson, toBinary, toJson, type DescMethod, type JsonValue } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, status as Status, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import { z } from 'zod';
import { messageOf, trouble } from '../errors.ts';
import { isLook, type VtctldAnswer, type VtctlHost } from '../vtctl/vtctl.ts';
import { lookUntil } from '../wait.ts';
import { describeService, type ServiceDescription } from './service-description.ts';

/** How to reach vtctld. */
export interface VtctldAddress {
  readonly host: string;
  /** The port of gRPC. */
  readonly port: number;
  /** In PEM form. */
  readonly tls?: {
    readonly ca: string;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly serverName?: string | undefined;
  };
  /** The contents of a file for vtctldclient's --grpc-auth-static-client-creds. */
  readonly auth?: string;
}

const SERVICE = 'vtctlservice.Vtctld';
/** The bound for calls that are answered at once. */
const LOOK_MS = 10_000;
/** No command of a migration takes this long: a switch gives up after its own time-out of 30 s. */
const ACTION_MS = 600_000;
/**
 * For what only reads. vtctld asks tablets for some of it, and waits for one that has gone; a schema of thousands of
 * tables takes seconds.
 */
const READ_MS = 120_000;
/** A vtctld that restarts, as a pod does, answers again within this time. */
const SILENCE_MS = 30_000;
/** A switch gives up after its own time-out of 30 s; undoing it takes a few more seconds. */
const UNDER_WAY_MS = 90_000;
/**
 * A server that does not acknowledge a ping while a command is under way is gone. Vitess' servers refuse pings more
 * often than every 10 s (24.0.1, go/vt/servenv/grpc_server.go, gRPCKeepAliveEnforcementPolicyMinTime).
 */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 15_000, 'grpc.keepalive_timeout_ms': 15_000 };
/** Vitess' answers are small, except a schema of thousands of tables. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** One gRPC connection to vtctld for the whole run; the service is called by name, as vtctldclient does. */
export class VtctldConnection implements VtctlHost, AsyncDisposable {
  readonly server = null;
  readonly #client: Client;
  readonly #metadata: Metadata;
  readonly #description: ServiceDescription;
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  private constructor(client: Client, metadata: Metadata, description: ServiceDescription) {
    this.#client = client;
    this.#metadata = metadata;
    this.#description = description;
  }

  /** @throws trouble when vtctld does not answer, or refuses the caller. */
  static async open(address: VtctldAddress): Promise<VtctldConnection> {
    const client = clientOf(address);
    const metadata = metadataOf(address);
    const options = { deadline: Date.now() + LOOK_MS };
    try {
      return new VtctldConnection(client, metadata, await describeService(client, SERVICE, metadata, options));
    } catch (error) {
      client.close();
      throw trouble({
        what: 'vtctld does not answer.',
        expected: `a description of its service ${SERVICE} by gRPC, within ${LOOK_MS / 1000} s`,
        seen: messageOf(error),
        where: `${address.host}:${address.port}`,
        next: 'Check host, port, certificates and credentials. The port is that of gRPC, usually 15999.',
        cause: error,
      });
    }
  }

  /**
   * Calls a method of vtctld, which may be away for up to half a minute beforehand. If the connection is lost, the
   * command may have been carried out in full, in part or not at all, so only reads are sent again.
   *
   * @throws trouble once it has been closed.
   */
  async call(method: string, request: Readonly<Record<string, unknown>>): Promise<VtctldAnswer> {
    if (this.#isClosed) throw trouble({ what: 'The run has ended: no more commands are sent to vtctld.' });
    return await this.#call(method, request, isLook(method) ? READ_MS : ACTION_MS);
  }

  async #call(method: string, request: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<VtctldAnswer> {
    const answer = await this.#send(method, request, timeoutMs);
    const isLost = 'status' in answer && answer.status === 'UNAVAILABLE';
    return isLost && isLook(method) ? await this.#send(method, request, timeoutMs) : answer;
  }

  /** If it does not connect in time, the next call fails at once, and says why. */
  async #untilConnected(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#client.waitForReady(Date.now() + SILENCE_MS, () => resolve());
    await promise;
  }

  async #send(name: string, request: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<VtctldAnswer> {
    const { registry, service } = this.#description;
    const method = service.methods.find((each) => each.name === name);
    if (method === undefined) return { status: 'UNIMPLEMENTED', message: `this vtctld has no method ${name}` };
    await this.#untilConnected();
    const { promise, resolve } = Promise.withResolvers<VtctldAnswer>();
    const options: CallOptions = { deadline: Date.now() + timeoutMs };
    this.#client.makeUnaryRequest(
      `/${SERVICE}/${name}`,
      (message: JsonValue) => Buffer.from(toBinary(method.input, fromJson(method.input, message, { registry }))),
      (bytes) => this.#read(method, bytes),
      request as JsonValue,
      this.#metadata,
      options,
      (error, answer) => resolve(error === null ? { answer } : statusOf(error)),
    );
    this.#underWay.add(promise);
    return await promise.finally(() => this.#underWay.delete(promise));
  }

  /**
   * Returns an answer as vtctldclient prints it: with the names of the .proto files, and every field.
   */
  #read({ output }: DescMethod, bytes: Uint8Array): JsonValue {
    const { registry } = this.#description;
    return toJson(output, fromBinary(output, bytes), { registry, alwaysEmitImplicit: true, useProtoFieldName: true });
  }

  /**
   * Stops sending the run's commands. A command that is under way may take up to a minute and a half to finish, because
   * a switch that is cut off may stay half done.
   *
   * @returns a host for a last look.
   */
  async close(): Promise<VtctlHost> {
    this.#isClosed = true;
    await lookUntil({ timeoutMs: UNDER_WAY_MS }, async () => ({
      done: this.#underWay.size === 0 || undefined,
      seen: `${this.#underWay.size} command(s)`,
    }));
    return { server: null, call: async (method, request) => await this.#call(method, request, 2 * LOOK_MS) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    this.#client.close();
  }
}

function statusOf({ code, details }: ServiceError): VtctldAnswer {
  return { status: Status[code], message: details };
}

function clientOf({ host, port, tls }: VtctldAddress): Client {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const channel = tls
    ? credentials.createSsl(bytesOf(tls.ca), bytesOf(tls.key), bytesOf(tls.cert))
    : credentials.createInsecure();
  return new Client(address, channel, {
    ...KEEPALIVE,
    'grpc.max_receive_message_length': LARGEST_BYTES,
    ...(tls?.serverName === undefined
      ? {}
      : { 'grpc.ssl_target_name_override': tls.serverName, 'grpc.default_authority': tls.serverName }),
  });
}

function bytesOf(pem: string | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem);
}

const ACCOUNT = z.object({ Username: z.string(), Password: z.string() });

/** Sends an account as Vitess' client does (24.0.1, go/vt/grpcclient/client_auth_static.go). */
function metadataOf({ auth }: VtctldAddress): Metadata {
  const metadata = new Metadata();
  if (auth === undefined) return metadata;
  const { Username, Password } = ACCOUNT.parse(JSON.parse(auth));
  metadata.set('username', Username);
  metadata.set('password', Password);
  return metadata;
}

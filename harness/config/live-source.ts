import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, usage } from '../errors.ts';
import { shellCommand } from '../shell.ts';
import type { Endpoint } from './config.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * Returns how to reach a server that is already running.
 *
 * @param key its key in the config, such as `source.live`.
 * @param allowedHosts the hosts that the user named; a config alone, which anybody may have written, must not open a
 *   connection to another machine.
 * @throws usage for a host that was not named, and for a password or certificate that is not where the config says.
 */
export function liveEndpoint(
  server: Endpoint & { readonly database?: string },
  key: string,
  allowedHosts: readonly string[],
): ConnectionOptions {
  const { host, port, user, database, tls } = server;
  refuseUnnamed(host, key, allowedHosts);
  const files = typeof tls === 'boolean' ? {} : tls;
  const pem = Object.entries(files).flatMap(([name, file]) =>
    file === undefined ? [] : [[name, readSecret(file, `${key}.tls.${name}`)]],
  );
  return {
    host,
    port,
    user,
    password: passwordOf(server, key),
    ...(database === undefined ? {} : { database }),
    connectTimeout: 10_000,
    ...(tls === false ? {} : { ssl: { ...Object.fromEntries(pem), verifyIdentity: true } }),
  };
}

/** @throws usage for a host on another machine that the user did not name. */
export function refuseUnnamed(host: string, key: string, allowedHosts: readonly string[]): void {
  if (LOOPBACK.test(host) || allowedHosts.includes(host)) return;
  throw usage({
    what: 'A server of the config is on another machine, and its host was not named on the command line.',
    expected: 'a host of this machine, or --allow-host',
    seen: host,
    where: `${key}.host of the config`,
    next: `Add ${shellCommand(['--allow-host', host])}, if this is the server you mean.`,
  });
}

/** Returns an empty password if the config names none; MySQL then decides. */
function passwordOf({ passwordEnv, passwordFile }: Endpoint, key: string): string {
  // Windows editors end lines with CRLF.
  if (passwordFile !== undefined) return readSecret(passwordFile, `${key}.passwordFile`).split(/\r?\n/)[0]!;
  if (passwordEnv === undefined) return '';
  const password = process.env[passwordEnv];
  if (password !== undefined) return password;
  throw usage({
    what: 'The password is not where the config says.',
    expected: `an environment variable ${passwordEnv}`,
    seen: 'none',
    where: `${key}.passwordEnv of the config`,
    next: `Set ${passwordEnv}, or name a file with passwordFile.`,
  });
}

/** @throws usage naming the key if the file cannot be read. */
export function readSecret(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usage({
      what: 'A file that the config names cannot be read.',
      seen: messageOf(error),
      where: key,
      cause: error,
    });
  }
}

import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'mysql2/promise';
import { messageOf, usage } from '../errors.ts';
import type { LiveSource } from './config.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * How to reach a source that already runs.
 *
 * @param allowedHosts those that the person named; a config alone, which may be anybody's, opens no connection to a host
 *   that is not this one.
 * @throws usage for a host that was not named, and for a password or certificate that is not where the config says.
 */
export function liveEndpoint(live: LiveSource, allowedHosts: readonly string[]): ConnectionOptions {
  const { host, port, user, database, tls } = live;
  refuseUnnamed(host, allowedHosts);
  const files = typeof tls === 'boolean' ? {} : tls;
  const pem = Object.entries(files).flatMap(([name, file]) =>
    file === undefined ? [] : [[name, readOr(file, `source.live.tls.${name}`)]],
  );
  return {
    host,
    port,
    user,
    password: passwordOf(live),
    database,
    connectTimeout: 10_000,
    ...(tls === false ? {} : { ssl: { ...Object.fromEntries(pem), verifyIdentity: true } }),
  };
}

function refuseUnnamed(host: string, allowedHosts: readonly string[]): void {
  if (LOOPBACK.test(host) || allowedHosts.includes(host)) return;
  throw usage({
    what: 'The source is on another machine, and its host was not named on the command line.',
    expected: 'a host of this machine, or --allow-host',
    seen: host,
    where: 'source.live.host of the config',
    next: `Add --allow-host ${host}, if that is the server you mean.`,
  });
}

/** Empty where the config names no place: MySQL then decides. */
function passwordOf({ passwordEnv, passwordFile }: LiveSource): string {
  if (passwordFile !== undefined) return readOr(passwordFile, 'source.live.passwordFile').split('\n')[0]!;
  if (passwordEnv === undefined) return '';
  const password = process.env[passwordEnv];
  if (password !== undefined) return password;
  throw usage({
    what: 'The password is not where the config says.',
    expected: `an environment variable ${passwordEnv}`,
    seen: 'none',
    where: 'source.live.passwordEnv of the config',
    next: `Set ${passwordEnv}, or name a file by passwordFile.`,
  });
}

function readOr(file: string, key: string): string {
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

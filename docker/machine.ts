import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { trouble } from '../harness/errors.ts';

/**
 * How this machine reaches the network, so that a container can do so in the same way. Everything is read from the
 * machine's own settings. None of it is kept in the repository, and images keep only the address of the Debian mirror.
 */
export interface MachineSettings {
  /** The system's CA certificates as PEM, or null if the machine keeps no bundle that we know of. */
  readonly caBundle: Buffer | null;
  /** `Acquire::…` lines of apt's configuration: proxies, retries, validity checks. */
  readonly aptOptions: readonly string[];
  /** Files of `/etc/apt/auth.conf.d`, by name. */
  readonly aptCredentials: ReadonlyMap<string, Buffer>;
  /** GOPROXY, GOSUMDB and the like, if they are set, and the proxy variables. */
  readonly environment: Readonly<Record<string, string>>;
}

const CA_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
const GO_SETTINGS = ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE', 'GOINSECURE'];
const PROXY_SETTINGS = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

export async function readMachineSettings(): Promise<MachineSettings> {
  const [caBundle, aptOptions, aptCredentials, goSettings] = await Promise.all([
    readCaBundle(),
    readAptOptions(),
    readAptCredentials(),
    readGoSettings(),
  ]);
  const proxies = Object.fromEntries(
    PROXY_SETTINGS.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return { caBundle, aptOptions, aptCredentials, environment: { ...goSettings, ...proxies } };
}

/** Returns `debian`, `ubuntu`, … and its codename, or empty strings if the machine does not say. */
export async function readDistribution(): Promise<{ id: string; like: string; codename: string }> {
  const text = (await readOptional('/etc/os-release'))?.toString() ?? '';
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), like: value('ID_LIKE'), codename: value('VERSION_CODENAME') };
}

/**
 * Returns the mirror from which this machine takes Debian's packages: the source whose suite is the machine's own
 * release (other vendors' sources have suites of their own).
 *
 * @throws `unknown` if none is found.
 */
export async function readDebianMirror(): Promise<string> {
  const named = process.env['ROUNDTRIP_DEBIAN_MIRROR'];
  if (named) return named;
  const { id, codename } = await readDistribution();
  const sources = id === 'debian' ? await readAptSources() : [];
  const mirror = sources.find(({ suites }) => suites.includes(codename) || suites.includes('stable'))?.uri;
  if (mirror) return mirror;
  throw trouble({
    what: 'No mirror of Debian packages is known.',
    expected: 'a Debian machine, with an apt source whose suite is its own release',
    seen: `${id || 'an unknown system'} ${codename}, suites: ${sources.flatMap((s) => s.suites).join(', ') || 'none'}`,
    where: '/etc/apt/sources.list and /etc/apt/sources.list.d',
    next: 'Set ROUNDTRIP_DEBIAN_MIRROR to a Debian mirror, or let the engine pull images.',
  });
}

export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
}

/** Reads both forms of apt's sources: one line each, and deb822 stanzas. */
export function parseAptSources(text: string): AptSource[] {
  const oneLine = text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line);
    return match ? [{ uri: match[1]!, suites: [match[2]!] }] : [];
  });
  const stanzas = text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const suites = field('Suites');
    return field('Types').includes('deb') ? field('URIs').map((uri) => ({ uri, suites })) : [];
  });
  return [...oneLine, ...stanzas];
}

async function readAptSources(): Promise<AptSource[]> {
  const directory = '/etc/apt/sources.list.d';
  const names = await readdir(directory).catch(() => []);
  const files = [
    '/etc/apt/sources.list',
    ...names.toSorted((a, b) => a.localeCompare(b)).map((name) => path.join(directory, name)),
  ];
  const texts = await Promise.all(files.map(readOptional));
  return texts.flatMap((text) => parseAptSources(text?.toString() ?? ''));
}

async function readCaBundle(): Promise<Buffer | null> {
  const named = [process.env['SSL_CERT_FILE'], process.env['NODE_EXTRA_CA_CERTS']].filter((file) => file !== undefined);
  for (const file of [...named, ...CA_BUNDLES]) {
    const content = await readOptional(file);
    if (content) return content;
  }
  return null;
}

/** The bound for programs of this machine that are asked for their settings. */
const ASK_MS = 60_000;

async function readAptOptions(): Promise<string[]> {
  const dump = await execa('apt-config', ['dump', 'Acquire'], { reject: false, timeout: ASK_MS });
  return dump.exitCode === 0
    ? dump.stdout
        .split('\n')
        .filter((line) => /^Acquire::(http|https|Retries|Check)/.test(line) && !line.endsWith(' "";'))
    : [];
}

async function readAptCredentials(): Promise<Map<string, Buffer>> {
  const directory = '/etc/apt/auth.conf.d';
  const names = await readdir(directory).catch(() => []);
  const entries = await Promise.all(
    names.map(async (name) => [name, await readOptional(path.join(directory, name))] as const),
  );
  return new Map(entries.flatMap(([name, content]) => (content ? [[name, content] as const] : [])));
}

async function readGoSettings(): Promise<Record<string, string>> {
  const asked = await execa('go', ['env', '-json', ...GO_SETTINGS], { reject: false, timeout: ASK_MS });
  const settings =
    asked.exitCode === 0 ? (JSON.parse(asked.stdout) as Record<string, string>) : await readGoEnvironmentFile();
  for (const name of GO_SETTINGS) settings[name] = process.env[name] ?? settings[name] ?? '';
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => GO_SETTINGS.includes(name) && value));
}

async function readGoEnvironmentFile(): Promise<Record<string, string>> {
  const directory = process.env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config');
  const text = (await readOptional(path.join(directory, 'go', 'env')))?.toString() ?? '';
  return Object.fromEntries([...text.matchAll(/^([A-Z]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

async function readOptional(file: string): Promise<Buffer | null> {
  return await readFile(file).catch(() => null);
}

import { trouble } from '../errors.ts';
import { allOrFirstError, waitFor } from '../wait.ts';
import { LINK_NAMES, type LinkName, type LinkPlan, type Way } from './link-plan.ts';
import { hostName, type ServerEnvironment } from './server.ts';
import { SLOW_MS, Toxiproxy, type Impairment, type LinkAnswer } from './toxiproxy.ts';

const MENDED_TIMEOUT_MS = 30_000;

type WayProxy = Pick<Toxiproxy, 'hostPort' | 'impair' | 'mend' | 'try'>;

/** Connections between servers that go through proxies, so that they can be impaired for only those servers. */
export class Link {
  readonly name: LinkName;
  readonly #proxies: readonly WayProxy[];

  /** @param proxies one proxy for each of its ways. */
  constructor(name: LinkName, proxies: readonly WayProxy[]) {
    this.name = name;
    this.#proxies = proxies;
  }

  /** The port on this machine's loopback that leads through the link, for connections from outside. */
  get hostPort(): number {
    return this.#proxies[0]!.hostPort;
  }

  /**
   * Impairs all its ways. @returns what new connections then met. @throws trouble if they did not meet what they
   * should.
   */
  async impair(how: Impairment): Promise<string> {
    await Promise.all(this.#proxies.map(async (proxy) => await proxy.impair(how)));
    const met = await Promise.all(this.#proxies.map(async (proxy) => await proxy.try()));
    const seen = met.map(toText).join(', ');
    if (met.every((tried) => isMetBy(how, tried))) return `a new connection over ${this.name} was ${seen}`;
    throw trouble({ what: `The link ${this.name} could not be impaired.`, expected: how, seen });
  }

  /** Lets everything through again, and waits until every server at its end answers. */
  async mend(): Promise<void> {
    await Promise.all(this.#proxies.map(async (proxy) => await proxy.mend()));
    await this.untilAnswered();
  }

  async untilAnswered(): Promise<void> {
    const wait = { what: `an answer over every way of ${this.name}`, timeoutMs: MENDED_TIMEOUT_MS };
    await waitFor(wait, async () => {
      const met = await Promise.all(this.#proxies.map(async (proxy) => await proxy.try()));
      return { done: met.every((tried) => typeof tried === 'object') || undefined, seen: met.map(toText).join(', ') };
    });
  }
}

function isMetBy(how: Impairment, tried: LinkAnswer): boolean {
  if (how === 'cut') return tried === 'closed';
  if (how === 'half-open') return tried === 'silent';
  return typeof tried === 'object' && tried.answeredMs >= SLOW_MS;
}

function toText(tried: LinkAnswer): string {
  return typeof tried === 'object' ? `answered after ${Math.round(tried.answeredMs)} ms` : tried;
}

/** The links of a cluster, and the addresses to give to the servers that connect through them. */
export interface StartedLinks {
  readonly links: ReadonlyMap<LinkName, Link>;
  readonly addresses: NonNullable<ServerEnvironment['addresses']>;
}

/** Starts a proxy for each way of each link; the servers that they lead to may start later. */
export async function startLinks(environment: ServerEnvironment, image: string, plan: LinkPlan): Promise<StartedLinks> {
  const addresses: Record<string, Record<string, string>> = {};
  const start = async ({ from, to, port }: Way) => {
    const name = `link-to-${to}`;
    const host = hostName(environment, to);
    const proxy = await Toxiproxy.start(environment, { image, name, upstream: { host, port } });
    for (const each of from) (addresses[each] ??= {})[host] = proxy.server.address;
    return proxy;
  };
  const started = LINK_NAMES.map(
    async (name) => [name, new Link(name, await allOrFirstError(plan[name].map(start)))] as const,
  );
  return { links: new Map(await allOrFirstError(started)), addresses };
}

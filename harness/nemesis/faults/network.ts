import type { LinkName } from '../../cluster/link-plan.ts';
import { SLOW_MS, type Impairment } from '../../cluster/toxiproxy.ts';
import type { Fault } from '../fault.ts';

/** What an operator calls each link. */
const LINK_TITLES: Readonly<Record<LinkName, string>> = {
  'source-tablet-mysqld': 'the source MySQL and its vttablet',
  'tablet-tablet': 'the vttablets of the source and of the target',
  'application-vtgate': 'the application and vtgate',
  'vtctld-etcd': 'vtctld and etcd',
};

const HOW: Readonly<Record<Impairment, { readonly lastsMs: number; readonly about: string }>> = {
  cut: { lastsMs: 5_000, about: 'is cut: connections end, and new ones are refused' },
  slow: { lastsMs: 10_000, about: `is slow: ${SLOW_MS} ms more in each direction` },
  'half-open': { lastsMs: 10_000, about: 'is half open: connections stay, and nothing comes through any more' },
};

/** The network between two servers breaks, and is mended later. */
export function impaired(link: LinkName, how: Impairment, lastsMs = HOW[how].lastsMs): Fault {
  const longer = lastsMs === HOW[how].lastsMs ? '' : lastsMs / 1000;
  return {
    id: `${link}.${how}${longer}`,
    about: `the network between ${LINK_TITLES[link]} ${HOW[how].about}, for ${lastsMs / 1000} s`,
    lastsMs,
    needs: ['links', 'no-followers'],
    arm: async ({ cluster }) => {
      const armed = cluster.link(link);
      await armed.untilAnswered();
      return {
        strike: async () => await armed.impair(how),
        heal: async () => await armed.mend(),
        [Symbol.dispose]: () => undefined,
      };
    },
  };
}

import { failure, messageOf } from '../../errors.ts';
import { queryRows } from '../../cluster/mysql-endpoint.ts';
import { openConnection } from '../../mysql-connection.ts';
import type { Fault } from '../fault.ts';

/** The source accepts no more connections. */
export const NO_CONNECTIONS: Fault = {
  id: 'source.max-connections',
  about: 'the source MySQL accepts no more connections (max_connections reached) for 5 s',
  lastsMs: 5_000,
  arm: async ({ cluster }) => {
    using arming = new DisposableStack();
    const own = await openConnection(cluster.source.harnessEndpoint, null);
    arming.defer(() => own.destroy());
    const [before] = await queryRows<{ most: string }>(own, 'SELECT @@GLOBAL.max_connections AS `most`');
    const armed = arming.move();
    return {
      strike: async () => {
        await own.query('SET GLOBAL max_connections = 1');
        const seen = await openConnection(cluster.source.applicationEndpoint, null).then(
          (connection) => (connection.destroy(), 'accepted'),
          messageOf,
        );
        if (/too many connections/i.test(seen)) return `a new connection is refused: ${seen}`;
        throw failure({ what: 'The source MySQL still accepts connections.', expected: 'Too many connections', seen });
      },
      heal: async () => void (await own.query(`SET GLOBAL max_connections = ${Number(before!.most)}`)),
      [Symbol.dispose]: () => armed[Symbol.dispose](),
    };
  },
};

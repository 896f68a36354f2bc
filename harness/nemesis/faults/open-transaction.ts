import type { Fault } from '../fault.ts';

/** How long it stays open: longer than Vitess waits for the table locks of a switch, or shorter. */
export function longTransaction(lastsMs: number): Fault {
  return {
    id: `application.transaction${lastsMs / 1000}`,
    about: `the application holds a transaction open for ${lastsMs / 1000} s`,
    lastsMs,
    arm: async ({ workload, recorder }) => {
      let held: Awaited<ReturnType<typeof workload.openTransaction>> | undefined;
      return {
        strike: async () => {
          held = await workload.openTransaction();
          return `a transaction has inserted row ${held.key}`;
        },
        heal: async () => {
          const { outcome, message } = await held!.commit();
          recorder.note(`the transaction that was held open: ${outcome}${message === null ? '' : `, ${message}`}`);
        },
        [Symbol.dispose]: () => undefined,
      };
    },
  };
}

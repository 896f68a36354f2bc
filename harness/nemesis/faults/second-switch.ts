import { briefly } from '../../errors.ts';
import { forwardWorkflow } from '../../migration/context.ts';
import { SWITCH_TIMEOUT_MS } from '../../migration/switch.ts';
import { switchTraffic } from '../../vtctl/move-tables.ts';
import type { Fault } from '../fault.ts';

/** Someone else runs the same switch at the same time. */
export const SECOND_SWITCH: Fault = {
  id: 'second-switch',
  about: 'somebody else runs the same switch while it is under way',
  lastsMs: 0,
  arm: async ({ migration, recorder }) => {
    const direction = migration.writesOn === 'source' ? 'forward' : 'reverse';
    const options = { direction, types: 'writes', timeoutMs: SWITCH_TIMEOUT_MS } as const;
    let second: Promise<string> | undefined;
    return {
      strike: async () => {
        second = switchTraffic(migration.context.vtctl, forwardWorkflow(migration.context), options).then(
          ({ summary }) => summary,
          briefly,
        );
        return 'the second switch was sent';
      },
      heal: async () => recorder.note(`the second switch: ${await second}`),
      [Symbol.dispose]: () => undefined,
    };
  },
};

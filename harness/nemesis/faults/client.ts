import { SWITCHES, type StepName } from '../../history/steps.ts';
import { forwardWorkflow } from '../../migration/context.ts';
import { SWITCH_TIMEOUT_MS } from '../../migration/switch.ts';
import { briefly, failure } from '../../errors.ts';
import { shellCommand } from '../../shell.ts';
import { trafficCommand } from '../../vtctl/move-tables.ts';
import type { Fault } from '../fault.ts';
import type { StruckRun } from '../struck-run.ts';
import { takeStep } from '../take-step.ts';

const PID_FILE = '/tmp/roundtrip-client.pid';

/** The vtctldclient that runs a switch is killed. For this, Vitess' own program runs it in vtctld's container. */
export const CLIENT_KILLED: Fault = {
  id: 'client.kill',
  about: 'the vtctldclient that runs the switch is killed (kill -9)',
  lastsMs: 0,
  arm: async (run) => {
    using arming = new DisposableStack();
    const killing = arming.use(await run.cluster.vtctld.server.shell());
    const running = arming.use(await run.cluster.vtctld.server.shell());
    await running.run(`rm -f ${PID_FILE}`);
    const armed = arming.move();
    return {
      take: async (step) => {
        const client = `vtctldclient --server=localhost:15999 ${commandOf(run, step)}`;
        const line = `${client} >/tmp/roundtrip-client.log 2>&1 & echo $! > ${PID_FILE}; wait $!`;
        await run.recorder.step(step, `${step} by vtctldclient`, async () => {
          await running.run(line).catch((error: unknown) => {
            throw failure({
              what: 'The vtctldclient that ran the switch has ended.',
              seen: briefly(error),
              cause: error,
            });
          });
        });
        // This call checks where traffic goes now.
        await takeStep(run, step);
      },
      strike: async () => {
        await killing.run(`kill -9 "$(cat ${PID_FILE})"`);
        return 'vtctldclient was killed';
      },
      heal: async () => undefined,
      [Symbol.dispose]: () => armed[Symbol.dispose](),
    };
  },
};

function commandOf({ migration }: StruckRun, step: StepName): string {
  const [types, to] = SWITCHES[step]!;
  const options = { direction: to === 'target' ? 'forward' : 'reverse', types, timeoutMs: SWITCH_TIMEOUT_MS } as const;
  return shellCommand(trafficCommand(forwardWorkflow(migration.context), options).args);
}

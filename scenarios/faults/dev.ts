import { scenario } from '../../harness/jest/scenario.ts';
import { appendFileSync } from 'node:fs';
import { ends } from '../../harness/nemesis/faults/end.ts';
import { paused } from '../../harness/nemesis/faults/pause.ts';
import { switchPoint } from '../../harness/nemesis/points/switch-point.ts';
import { strikeAt } from '../../harness/nemesis/strike.ts';

scenario('dev', { timeoutMs: 900_000 }, async (stage) => {
  const { migration, workload } = stage;
  await workload.start({ writesPerSecond: 60 });
  await migration.create();
  await migration.copied();
  await migration.switchReads();
  const out = (x: unknown) => appendFileSync('/tmp/dev.out', JSON.stringify(x, null, 1) + '\n');
  for (const fault of [ends('vtctld', 'kill'), ends('target-tablet', 'kill'), ends('etcd', 'kill'), paused('target-tablet')]) {
    for (const moment of ['stopWrites', 'journal', 'routing'] as const) {
      const step = migration.writesOn === 'source' ? 'switchWrites' : 'reverseWrites';
      const t = performance.now();
      out({ ...(await strikeAt(stage, fault, switchPoint(step, moment))), took: performance.now() - t });
    }
  }
  await workload.stop();
  await stage.observe();
});

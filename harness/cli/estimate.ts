import { readConfig } from '../config/read-config.ts';
import { refuseOtherTables } from '../config/production.ts';
import { usage } from '../errors.ts';
import { estimate } from '../estimate/estimate.ts';
import { estimateWithReasons } from '../report/estimate-table.ts';
import { painter } from '../report/paint.ts';
import { measuredRun } from '../run/measured-run.ts';
import type { Screen } from './screen.ts';

/**
 * Estimates production from saved runs; several runs of different sizes say more than one.
 *
 * @throws usage where the config gives no sizes, or sizes of tables other than those a run moved; otherwise as
 *   `readHistory`.
 */
export async function estimateCommand(config: string, folders: readonly string[], screen: Screen): Promise<void> {
  const { config: asked, file } = await readConfig(config);
  const { production } = asked;
  if (production === undefined) {
    throw usage({
      what: 'The config does not say how large production is.',
      expected: 'production: { tables: { name: { rows, bytes } }, writesPerSecond }',
      where: file,
    });
  }
  const runs = [];
  for (const folder of folders) {
    const run = await measuredRun(folder);
    refuseOtherTables(
      production,
      run.tables.map(({ table }) => table),
      `${file}, and the run in ${folder}`,
    );
    runs.push(run);
  }
  const lines = estimateWithReasons(estimate(runs, production), painter(screen.colour));
  screen.print(`${lines.join('\n')}\n`);
}

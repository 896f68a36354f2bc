import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

/**
 * `--share 0.01` takes that share of what a benchmark usually takes, to check that it still runs. The figures of such a
 * run say nothing.
 */
const { values } = parseArgs({ options: { share: { type: 'string', default: '1' } } });
export const SHARE = Number(values.share);
if (!(SHARE > 0 && SHARE <= 1)) throw new Error(`--share: expected a number above 0, up to 1; seen: ${values.share}`);

/** Returns how many of something this run takes, given the usual number. */
export function shareOf(usual: number): number {
  return Math.max(1, Math.round(usual * SHARE));
}

/** Writes a benchmark's figures into `artifacts/`, with the share of the work that they measure. */
export async function saveFigures(name: string, figures: object): Promise<void> {
  await mkdir('artifacts', { recursive: true });
  await writeFile(`artifacts/${name}.json`, `${JSON.stringify({ share: SHARE, ...figures }, null, 2)}\n`);
}

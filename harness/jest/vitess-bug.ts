import { bugNamed, readBugCatalogue } from '../track-record/catalogue.ts';
import { happensIn } from '../vitess-version.ts';
import type { Stage } from './scenario.ts';

/**
 * Whether a bug of `scenarios/vitess-bugs/catalogue.yaml` must be seen in the running version of Vitess, because it is
 * not mended there. A scenario that shows a bug asserts both cases, so that it turns red whatever changes:
 *
 *     if (await stillSo('resumed-copy-enum-in-key', stage)) expect(missing).not.toEqual([]);
 *     else expect(missing).toEqual([]);
 *
 * @throws usage if the catalogue has no such bug.
 */
export async function stillSo(bug: string, { cluster }: Pick<Stage, 'cluster'>): Promise<boolean> {
  const known = bugNamed(await readBugCatalogue(), bug);
  const { vitess } = await cluster.versions();
  return happensIn(vitess, known);
}

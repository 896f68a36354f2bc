import { expect, test } from '@jest/globals';
import { planImages, vitessVersions } from './plan.ts';

const refusal = async (vitessVersion: string) => await planImages({ vitessVersion }).catch((error: unknown) => error);

test('a version of Vitess that has no recipe is refused, with the command that adds it or the version that is probably meant', async () => {
  const [newest = ''] = await vitessVersions();
  expect(String(await refusal('v0.99.1'))).toContain('add it: sh docker/vitess/add.sh v0.99.1');
  expect(String(await refusal('99.0.1'))).toContain('add it: sh docker/vitess/add.sh v0.99.1');
  const release = newest.replace(/^v0\.(\d+)\.(\d+)$/, '$1.0.$2');
  expect(String(await refusal(release))).toContain(`you probably mean ${newest}`);
  // Nothing that can be added has such a name.
  expect(String(await refusal('latest'))).not.toContain('add.sh');
  expect(String(await refusal('v0.99.0-rc1'))).not.toContain('add.sh');
});

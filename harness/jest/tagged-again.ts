import { randomBytes } from 'node:crypto';
import type { SetUp } from '../run/set-up.ts';

/**
 * Gives an image a second name, as one has that a team built; the name is removed at the end. Its repository has a random
 * part, because an image of somebody else would lose a name that is given again.
 */
export async function taggedAgain(
  docker: SetUp['docker'],
  image: string,
  like: string,
): Promise<AsyncDisposable & { readonly name: string }> {
  const [team = '', tag = ''] = like.split(':');
  const repo = `${team}-${randomBytes(4).toString('hex')}`;
  const name = `${repo}:${tag}`;
  await docker.getImage(image).tag({ repo, tag });
  return { name, [Symbol.asyncDispose]: async () => void (await docker.getImage(name).remove()) };
}

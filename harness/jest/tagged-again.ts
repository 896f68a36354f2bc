import { randomBytes } from 'node:crypto';
import type { SetUp } from '../run/set-up.ts';

/**
 * Gives an image a second name, like one that a team built; the name is removed at the end. Its repository has a random
 * part, so that it does not take away the name of someone else's image.
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

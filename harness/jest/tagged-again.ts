import type { SetUp } from '../run/set-up.ts';

/** Gives an image a second name, as one has that a team built; the name is removed at the end. */
export async function taggedAgain(
  docker: SetUp['docker'],
  image: string,
  name: string,
): Promise<AsyncDisposable & { readonly name: string }> {
  const [repo = '', tag = ''] = name.split(':');
  await docker.getImage(image).tag({ repo, tag });
  return { name, [Symbol.asyncDispose]: async () => void (await docker.getImage(name).remove()) };
}

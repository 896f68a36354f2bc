import { quoteName } from '../schema/quote.ts';
import { keyForms, within, type Key, type PrimaryKeyRange } from './expressions.ts';
import type { Shape } from './shape.ts';
import type { Reader } from './side.ts';

/**
 * Cuts a table into ranges of so many rows by its primary key. The last range is unbounded, so that rows that only the
 * other side has also belong to a range. A table without a key is one range.
 *
 * The next range is found while the caller works on the current one.
 */
export async function* ranges(scout: Reader, shape: Shape, size: number): AsyncGenerator<PrimaryKeyRange> {
  let after: Key | undefined;
  let next = shape.key.length === 0 ? Promise.resolve(undefined) : boundary(scout, shape, after, size);
  for (;;) {
    const upTo = await next;
    if (upTo !== undefined) {
      next = boundary(scout, shape, upTo, size);
      // An error is thrown when the promise is awaited; this handles a caller that fails first and never awaits it.
      next.catch(() => {});
    }
    yield { after, upTo };
    if (upTo === undefined) return;
    after = upTo;
  }
}

async function boundary(scout: Reader, shape: Shape, after: Key | undefined, size: number): Promise<Key | undefined> {
  const forms = keyForms(shape.key).map((form, index) => `${form} AS k${index}`);
  const order = shape.key.map(({ name }) => quoteName(name));
  const [row] = await scout.read(
    `SELECT ${forms.join(', ')} FROM ${quoteName(shape.table)} WHERE ${within(shape.key, { after })}
     ORDER BY ${order.join(', ')} LIMIT 1 OFFSET ${size - 1}`,
    shape.table,
  );
  return row === undefined ? undefined : shape.key.map((_, index) => row[`k${index}`] ?? '');
}

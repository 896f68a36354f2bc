import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2/promise';
import { messageOf } from '../errors.ts';
import type { Progress } from '../history/steps.ts';
import { openConnection } from '../mysql-connection.ts';
import type { SeenShape, SeenTraffic } from './seen-traffic.ts';
import type { StatementKind } from './statement-kind.ts';

/** Statements that MySQL considers the same except for their literals. */
export interface Digest {
  /** MySQL's own digest, as STATEMENT_DIGEST returns it. */
  readonly digest: string;
  /** The text without values, as STATEMENT_DIGEST_TEXT returns it. */
  readonly text: string;
  readonly kind: StatementKind;
  /** How often such a statement was executed; estimated if the server distinguishes what looked the same here. */
  readonly count: number;
  /** A random sample of them. */
  readonly samples: readonly string[];
}

/** Transactions whose statements have the same digests in the same order. */
export interface DigestSequence {
  /** The indexes of the digests. */
  readonly digests: readonly number[];
  readonly count: number;
  /** A random sample of them: the text of each statement. */
  readonly samples: readonly (readonly string[])[];
}

/** Statements for which MySQL has no digest, because it cannot parse them. */
export interface Unparsed {
  readonly count: number;
  /** What MySQL says about one of them. */
  readonly message: string;
}

/** A log's statements and transactions by digest, the most frequent first. */
export interface GroupedTraffic {
  readonly digests: readonly Digest[];
  readonly transactions: readonly DigestSequence[];
  readonly unparsed: readonly Unparsed[];
}

/** The most statements in one query to the server, and their characters. */
const MOST_AT_ONCE = 100;
const MOST_CHARACTERS = 4_000_000;
const TIMEOUT_MS = 60_000;

/** What a server says about a statement: its digest, or why it has none. */
type Answer = { readonly digest: string } | { readonly message: string };

/**
 * Groups what was read from a log by MySQL's own digest. The server is asked about every sample, because statements
 * that look the same here may differ to MySQL.
 *
 * @param endpoint a server with the same modes as the one that wrote the log, and a `max_digest_length` for its longest
 *   statements.
 */
export async function groupByDigest(
  endpoint: ConnectionOptions,
  seen: SeenTraffic,
  onProgress: (progress: Progress) => void,
): Promise<GroupedTraffic> {
  const connection = await openConnection({ ...endpoint, charset: 'utf8mb4' }, { isShown: false });
  try {
    const asking = new DigestQuestions(connection);
    const shapes = [];
    const total = seen.shapes.length;
    for (const [done, shape] of seen.shapes.entries()) {
      shapes.push({ ...shape, answers: await asking.answers(shape.samples) });
      if (done % 100 === 0 || done + 1 === total) onProgress({ done: done + 1, total, unit: 'shapes' });
    }
    const groups = new Groups();
    for (const shape of shapes) groups.add(shape);
    const texts = await asking.texts(groups.digests.map(({ samples: [first = ''] }) => first));
    const digests = groups.digests.map((group, at) => ({ ...group, text: texts[at] ?? '' }));
    const order = digests.map((_, at) => at).toSorted((a, b) => digests[b]!.count - digests[a]!.count);
    const places = new Map(order.map((at, place) => [digests[at]!.digest, place]));
    const transactions = await sequencesOf(seen, asking, places);
    return { digests: order.map((at) => digests[at]!), transactions, unparsed: groups.unparsed };
  } finally {
    connection.destroy();
  }
}

class Groups {
  readonly #byDigest = new Map<string, { digest: string; kind: StatementKind; count: number; samples: string[] }>();
  readonly #unparsed = new Map<string, number>();

  add({ kind, count, samples, answers }: SeenShape & { readonly answers: readonly Answer[] }): void {
    for (const [at, answer] of answers.entries()) {
      const share = count / answers.length;
      if ('message' in answer) {
        this.#unparsed.set(answer.message, (this.#unparsed.get(answer.message) ?? 0) + share);
        continue;
      }
      const { digest } = answer;
      const group = this.#byDigest.get(digest) ?? { digest, kind, count: 0, samples: [] };
      group.count += share;
      group.samples.push(samples[at]!);
      this.#byDigest.set(digest, group);
    }
  }

  get digests(): Omit<Digest, 'text'>[] {
    return [...this.#byDigest.values()].map((group) => ({ ...group, count: Math.max(1, Math.round(group.count)) }));
  }

  get unparsed(): Unparsed[] {
    const found = [...this.#unparsed].map(([message, count]) => ({ message, count: Math.max(1, Math.round(count)) }));
    return found.toSorted((a, b) => b.count - a.count);
  }
}

async function sequencesOf(
  { transactions }: SeenTraffic,
  asking: DigestQuestions,
  places: ReadonlyMap<string, number>,
): Promise<DigestSequence[]> {
  const found = new Map<string, { digests: readonly number[]; count: number; samples: (readonly string[])[] }>();
  for (const { count, samples } of transactions) {
    for (const sample of samples) {
      const answers = await asking.answers(sample);
      const digests = answers.map((answer) => ('digest' in answer ? places.get(answer.digest) : undefined) ?? -1);
      if (digests.includes(-1)) continue;
      const key = digests.join(',');
      const sequence = found.get(key) ?? { digests, count: 0, samples: [] };
      sequence.count += count / samples.length;
      sequence.samples.push(sample);
      found.set(key, sequence);
    }
  }
  return [...found.values()]
    .map((sequence) => ({ ...sequence, count: Math.max(1, Math.round(sequence.count)) }))
    .toSorted((a, b) => b.count - a.count);
}

class DigestQuestions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async answers(statements: readonly string[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const some of portions(statements)) answers.push(...(await this.#answersOf(some)));
    return answers;
  }

  /** Returns texts of statements that have a digest. */
  async texts(statements: readonly string[]): Promise<string[]> {
    const texts: string[] = [];
    for (const some of portions(statements)) texts.push(...(await this.#select('STATEMENT_DIGEST_TEXT', some)));
    return texts;
  }

  /** A statement that cannot be parsed makes the whole query fail, so it is found by bisection. */
  async #answersOf(statements: readonly string[]): Promise<Answer[]> {
    try {
      return (await this.#select('STATEMENT_DIGEST', statements)).map((digest) => ({ digest }));
    } catch (error) {
      if (!isUnparsed(error)) throw error;
      if (statements.length === 1) return [{ message: withoutValues(messageOf(error)) }];
      const half = Math.ceil(statements.length / 2);
      return [
        ...(await this.#answersOf(statements.slice(0, half))),
        ...(await this.#answersOf(statements.slice(half))),
      ];
    }
  }

  async #select(name: string, statements: readonly string[]): Promise<string[]> {
    const list = statements.map((_, at) => `${name}(?) AS c${at}`).join(', ');
    const asked = { sql: `SELECT ${list}`, values: [...statements], timeout: TIMEOUT_MS };
    const [rows] = await this.#connection.query<(RowDataPacket & Readonly<Record<string, string>>)[]>(asked);
    return statements.map((_, at) => rows[0]?.[`c${at}`] ?? '');
  }
}

function portions(statements: readonly string[]): string[][] {
  const all: string[][] = [];
  let characters = Infinity;
  for (const statement of statements) {
    if (characters + statement.length > MOST_CHARACTERS || all.at(-1)!.length >= MOST_AT_ONCE) {
      all.push([]);
      characters = 0;
    }
    all.at(-1)!.push(statement);
    characters += statement.length;
  }
  return all;
}

const ER_PARSE_ERROR_IN_DIGEST_FN = 3676;

function isUnparsed(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error && error.errno === ER_PARSE_ERROR_IN_DIGEST_FN;
}

/** Removes the part of the statement that MySQL quotes in its message, which can contain values. */
function withoutValues(message: string): string {
  return message
    .replace(/^Could not parse argument to digest function: "(.*)"\.?$/s, '$1')
    .replace(/ near '.*' at line/s, ' near … at line')
    .replace(/; check the manual that corresponds to your MySQL server version for the right syntax to use/, '');
}

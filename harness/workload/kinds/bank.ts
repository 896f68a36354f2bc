import { PlacedRandom, stream } from '../random.ts';
import { SERVER_TOLD } from '../server-sql.ts';
import { insertIdOf } from '../session.ts';
import type { Kind, KindOptions, Operation, WorkloadTable } from './kind.ts';

const TABLE = 'roundtrip_bank';
const ACCOUNTS = 20;
const BALANCE = 1_000;
const READS = 0.1;
const LARGEST_AMOUNT = 10;

export const bankTable: WorkloadTable = {
  name: TABLE,
  kind: 'bank',
  create: `CREATE TABLE ${TABLE} (
  id INT NOT NULL,
  balance BIGINT NOT NULL,
  transfers BIGINT NOT NULL,
  server BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB`,
  rows: ACCOUNTS,
  balance: BALANCE,
  seed: (id) => `(${id}, ${BALANCE}, 0, 0)`,
};

/** Transfers between accounts, each in a transaction, and reads of all balances at once. */
export class Bank implements Kind {
  readonly #random = new PlacedRandom();
  readonly #choice;

  constructor({ seed }: KindOptions) {
    this.#choice = stream(seed, 'bank');
  }

  plan(index: number): Operation {
    const random = this.#random;
    random.at(this.#choice, index);
    if (random.next() < READS) return read(index);
    const from = 1 + random.below(ACCOUNTS);
    const to = 1 + ((from + random.below(ACCOUNTS - 1)) % ACCOUNTS);
    return transfer(index, from, to, 1 + random.below(LARGEST_AMOUNT));
  }
}

function transfer(index: number, from: number, to: number, amount: number): Operation {
  // The accounts are updated in the order of their keys, so that two transfers cannot wait for each other.
  const sql = [change(from, -amount), change(to, amount)];
  if (from > to) sql.reverse();
  return {
    index,
    kind: 'bank',
    f: 'transfer',
    table: TABLE,
    key: from,
    value: amount,
    to,
    send: async (session) => ({ server: insertIdOf((await session.transact(sql.join(';'))).at(-1)) }),
  };
}

function change(account: number, amount: number): string {
  const balance = amount < 0 ? `balance - ${-amount}` : `balance + ${amount}`;
  return `UPDATE ${TABLE} SET balance = ${balance}, transfers = transfers + 1, server = ${SERVER_TOLD} WHERE id = ${account}`;
}

function read(index: number): Operation {
  return {
    index,
    kind: 'bank',
    f: 'read',
    table: TABLE,
    key: null,
    value: null,
    send: async (session) => {
      const rows = await session.read(`SELECT balance, @@server_uuid FROM ${TABLE} ORDER BY id`);
      const value = rows.map(([balance]) => Number(balance));
      return rows[0] === undefined ? { value } : { value, server: String(rows[0][1]) };
    },
  };
}

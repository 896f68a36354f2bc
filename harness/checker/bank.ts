import type { FinalRowRead } from '../history/final-state-reader.ts';
import type { InvariantId } from '../history/invariants.ts';
import type { TableLine } from '../history/lines.ts';
import type { TableChecker } from './checker.ts';
import type { Ledger } from './ledger.ts';
import type { CompletedOperation } from './operation.ts';
import { counted } from './sentence.ts';

/** What is known about an account from the operations, and what the final state says. */
interface AccountState {
  /** Transfers from it or to it. */
  ok: number;
  info: number;
  /** The balance after the acknowledged transfers. */
  balance: number;
  /** The last acknowledged transfer. */
  line: number | null;
  found: { readonly balance: number; readonly transfers: number } | null;
}

/**
 * Judges `transaction-atomic`, `no-lost-write`, `no-duplicate` and `no-phantom` for transfers between accounts. The
 * total must be the same in every read of all balances and in the final state. Each account must have counted the
 * acknowledged transfers, and no others except indeterminate ones; if all are known, its balance must be their result.
 */
export class BankChecker implements TableChecker {
  readonly ids: readonly InvariantId[] = ['transaction-atomic', 'no-lost-write', 'no-duplicate', 'no-phantom'];
  readonly #table: string;
  readonly #rows: number;
  readonly #balance: number;
  readonly #ledger: Ledger;
  readonly #accounts = new Map<number, AccountState>();
  /** How many totals were compared; without an acknowledged transfer they say nothing. */
  #totalsSeen = 0;
  #transfers = 0;

  constructor({ table, rows, balance = 0 }: TableLine, ledger: Ledger) {
    this.#table = table;
    this.#rows = rows;
    this.#balance = balance;
    this.#ledger = ledger;
  }

  completed(operation: CompletedOperation): void {
    if (operation.f === 'read') this.#read(operation);
    else this.#transfer(operation);
  }

  finalRow({ key, value, version }: FinalRowRead): void {
    if (typeof key !== 'number' || value === null)
      throw new TypeError('a row of the final state has no key or no balance');
    if (version === undefined) throw new TypeError('a row of the final state does not count its transfers');
    if (key < 1 || key > this.#rows) {
      this.#find('no-phantom', key, null, 'the account is there at the end, but never existed before', 1);
      return;
    }
    const account = this.#account(key);
    if (account.found) this.#find('no-duplicate', key, null, 'the final state contains the account more than once', 1);
    account.found = { balance: value, transfers: version };
    this.#ledger.judged('no-phantom');
    this.#ledger.judged('no-duplicate');
  }

  end(isFinal: boolean): void {
    this.#final(isFinal);
    if (this.#transfers > 0) this.#ledger.judgedMany('transaction-atomic', this.#totalsSeen);
  }

  #final(isFinal: boolean): void {
    if (!isFinal) {
      for (const id of this.ids) this.#ledger.cannot(id, `the final state of ${this.#table} was not read whole`);
      return;
    }
    let isWhole = true;
    let hasWrongBalance = false;
    for (let key = 1; key <= this.#rows; key++) {
      const account = this.#account(key);
      if (!account.found) {
        isWhole = false;
        this.#find('no-lost-write', key, account.line, 'the account is missing at the end', this.#balance);
      } else if (this.#hasAllTransfers(key, account, account.found.transfers)) {
        hasWrongBalance = this.#hasWrongBalance(key, account) || hasWrongBalance;
      }
    }
    // A missing account already explains a wrong total.
    if (isWhole) this.#totals(hasWrongBalance);
  }

  #read({ value, outcome, isReplicaRead, completed }: CompletedOperation): void {
    if (outcome !== 'ok' || isReplicaRead) return;
    if (typeof value !== 'object' || value === null) throw new TypeError('a read has no balances');
    this.#totalsSeen++;
    let total = 0;
    for (const balance of value) total += balance;
    const expected = this.#rows * this.#balance;
    if (value.length !== this.#rows) {
      const what = `a read saw ${counted(value.length, 'account')} instead of ${this.#rows}`;
      this.#find('transaction-atomic', null, completed, what, expected);
    } else if (total !== expected) {
      const what = `a read saw a total of ${total} instead of ${expected}`;
      this.#find('transaction-atomic', null, completed, what, Math.abs(total - expected));
    }
  }

  #transfer({ key, to, sent, outcome, completed }: CompletedOperation): void {
    if (typeof key !== 'number' || typeof sent !== 'number' || to === undefined) {
      throw new TypeError('a transfer has no account or no amount');
    }
    if (outcome === 'fail') return;
    if (outcome === 'ok') {
      this.#transfers++;
      this.#ledger.judged('no-lost-write');
    }
    this.#touch(this.#account(key), -sent, outcome, completed);
    this.#touch(this.#account(to), sent, outcome, completed);
  }

  #touch(account: AccountState, amount: number, outcome: 'ok' | 'info', line: number): void {
    if (outcome === 'info') {
      account.info++;
      return;
    }
    account.ok++;
    account.balance += amount;
    account.line = line;
  }

  #hasAllTransfers(key: number, { ok, info, line }: AccountState, transfers: number): boolean {
    const seen = `the account counts ${counted(transfers, 'transfer')} at the end`;
    if (transfers < ok) this.#find('no-lost-write', key, line, `${seen}, and ${ok} were acknowledged`, ok - transfers);
    const most = ok + info;
    if (transfers > most) this.#find('no-duplicate', key, line, `${seen}, and ${most} were sent`, transfers - most);
    return transfers >= ok && transfers <= most;
  }

  #hasWrongBalance(key: number, { info, balance, line, found }: AccountState): boolean {
    if (info > 0 || !found || found.balance === balance) return false;
    const what = `the account has ${found.balance} at the end instead of ${balance}, though it counted every transfer`;
    this.#find('transaction-atomic', key, line, what, Math.abs(found.balance - balance));
    return true;
  }

  #totals(isExplained: boolean): void {
    this.#totalsSeen++;
    let total = 0;
    let transfers = 0;
    for (const { found } of this.#accounts.values()) {
      total += found?.balance ?? 0;
      transfers += found?.transfers ?? 0;
    }
    const expected = this.#rows * this.#balance;
    if (total !== expected && !isExplained) {
      const what = `the total is ${total} at the end instead of ${expected}`;
      this.#find('transaction-atomic', null, null, what, Math.abs(total - expected));
    }
    if (transfers % 2 === 1) {
      const what = `the accounts count ${transfers} transfers altogether at the end: one transfer has touched only one account`;
      this.#find('transaction-atomic', null, null, what, 1);
    }
  }

  #account(key: number): AccountState {
    const known = this.#accounts.get(key);
    if (known) return known;
    const account = { ok: 0, info: 0, balance: this.#balance, line: null, found: null };
    this.#accounts.set(key, account);
    return account;
  }

  #find(id: InvariantId, key: number | null, index: number | null, what: string, weight: number): void {
    this.#ledger.find(id, { table: this.#table, key, what, index, weight });
  }
}

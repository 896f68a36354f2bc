import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { cannotWrite } from '../errors.ts';
import { readFinalState, type FinalRowRead } from './final-state-reader.ts';
import { readHistory } from './history-reader.ts';
import type { TableLine } from './lines.ts';
import type { ScannedOperation } from './scan/operation-scanner.ts';
import { ednOperation, jepsenOperation, type Invocation } from './jepsen-operation.ts';

const BUFFERED_CHARACTERS = 1 << 20;

/**
 * Writes a recorded run in the form that Jepsen's checkers read: `jepsen/<kind>.edn` in its folder, with one map per
 * line, for `rows` (independent registers), `append` (a set), `ids` (unique ids) and `bank`. A second table of the same
 * kind has `<kind>-<table>.edn`. Operations are renumbered in each file; `:line` is the number of the line in the
 * history.
 *
 * It leaves out what Jepsen has no word for: reads of replicas, deletes of ids, and `sql`. A process of its own writes
 * what was loaded before the first operation, and another one reads the final state.
 *
 * @returns the files.
 * @throws the same as `readHistory` and `readFinalState`; trouble if a file cannot be written, in which case there is
 *   none.
 */
export async function writeJepsen(directory: string): Promise<string[]> {
  const folder = path.join(directory, 'jepsen');
  try {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => refuse(folder, error));
    return await writeTables(directory);
  } catch (error) {
    // The space is better used for the verdict.
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

function refuse(file: string, cause: unknown): never {
  throw cannotWrite(file, cause);
}

async function writeTables(directory: string): Promise<string[]> {
  const tables = new Map<string, JepsenTable>();
  const inFlight = new Map<number, Invocation>();
  try {
    await readHistory(path.join(directory, 'history.jsonl'), {
      operation: (line) => {
        const sent = line.type === 'invoke' ? sentOf(line) : inFlight.get(line.process);
        if (line.type === 'invoke') inFlight.set(line.process, sentOf(line));
        else inFlight.delete(line.process);
        if (sent) tables.get(line.table)?.operation(line, sent);
      },
      line: (line) => {
        if (line.type === 'table' && line.kind !== 'sql') tables.set(line.table, tableOf(line, directory, tables));
      },
    });
    const finalState = path.join(directory, 'final-state.jsonl');
    if (existsSync(finalState)) {
      await readFinalState(finalState, {
        row: (row) => tables.get(row.table)?.finalRow(row),
        finalLine: ({ type, table }) => {
          if (type === 'end') tables.get(table)?.finalEnd();
        },
      });
    }
    for (const table of tables.values()) table.end();
  } finally {
    for (const table of tables.values()) table.close();
  }
  return [...tables.values()].map(({ file }) => file);
}

function tableOf(line: TableLine, directory: string, others: ReadonlyMap<string, JepsenTable>): JepsenTable {
  const isSecond = [...others.values()].some(({ kind }) => kind === line.kind);
  const name = isSecond ? `${line.kind}-${line.table}.edn` : `${line.kind}.edn`;
  return new JepsenTable(path.join(directory, 'jepsen', name), line);
}

function sentOf({ f, key, value, to, tablet }: ScannedOperation): Invocation {
  return { f, key, value, to, tablet };
}

function attempt<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    return refuse(file, error);
  }
}

/** The file of one table. */
class JepsenTable {
  readonly file: string;
  readonly kind: TableLine['kind'];
  readonly #descriptor: number;
  /** Keys of `rows` that are not found at the end are read as absent. */
  readonly #keys = new Set<number>();
  #text = '';
  #index = 0;
  #time = 0;
  #lastProcess = 0;
  /** The final state so far of `append` and `bank`, which is one read. */
  #final = '';

  constructor(file: string, { kind, rows }: TableLine) {
    this.file = file;
    this.kind = kind;
    this.#descriptor = attempt(file, () => openSync(file, 'w'));
    if (kind !== 'rows') return;
    for (let key = 1; key <= rows; key++) {
      this.#keys.add(key);
      this.#both(-1, 'write', `[${key} ${-key}]`, `[${key} ${-key}]`);
    }
  }

  operation(line: ScannedOperation, sent: Invocation): void {
    this.#time = line.time;
    this.#lastProcess = Math.max(this.#lastProcess, line.process);
    if (this.kind === 'rows' && typeof line.key === 'number') this.#keys.add(line.key);
    const converted = jepsenOperation(this.kind, line, sent);
    if (!converted) return;
    const { process, time, error } = line;
    this.#write(ednOperation({ ...converted, process, time, index: this.#index++, line: line.index, error }));
  }

  finalRow({ key, value }: FinalRowRead): void {
    if (this.kind === 'rows') {
      this.#keys.delete(Number(key));
      this.#finalRead(`[${key} nil]`, `[${key} ${value ?? 'nil'}]`);
    }
    const separator = this.#final === '' ? '' : this.kind === 'bank' ? ', ' : ' ';
    if (this.kind === 'append') this.#final += `${separator}${value}`;
    if (this.kind === 'bank') this.#final += `${separator}${key} ${value}`;
  }

  /** The final state of the table was read completely. */
  finalEnd(): void {
    if (this.kind === 'append') this.#finalRead('nil', `[${this.#final}]`);
    if (this.kind === 'bank') this.#finalRead('nil', `{${this.#final}}`);
    if (this.kind !== 'rows') return;
    for (const key of this.#keys) this.#finalRead(`[${key} nil]`, `[${key} nil]`);
  }

  end(): void {
    this.#flush();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #finalRead(sent: string, seen: string): void {
    this.#both(this.#lastProcess + 1, 'read', sent, seen);
  }

  /** An operation that the history does not have. */
  #both(process: number, f: string, sent: string, answer: string): void {
    const common = { f, process, time: this.#time, line: null, error: undefined };
    this.#write(ednOperation({ ...common, type: 'invoke', value: sent, index: this.#index++ }));
    this.#write(ednOperation({ ...common, type: 'ok', value: answer, index: this.#index++ }));
  }

  #write(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > BUFFERED_CHARACTERS) this.#flush();
  }

  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '') attempt(this.file, () => writeFileSync(this.#descriptor, text));
  }
}

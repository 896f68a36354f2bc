import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { failure } from '../harness/errors.ts';
import { readLogs } from '../harness/traffic/read-logs.ts';
import { saveFigures, shareOf } from './share.ts';

/**
 * `npm run bench:traffic` writes a general log of so many lines, of 400 connections at once, reads it, and prints the
 * time and the peak of memory; every statement and transaction must be counted. It writes
 * `artifacts/bench-traffic.json`.
 */
const LINES = shareOf(5_000_000);
/** Bounds, from the issue: minutes, and memory that does not depend on the size. */
const MOST_SECONDS = 300;
const MOST_BYTES = 1e9;
const WRITTEN_AT_ONCE = 1_000_000;

let state = 1;
function below(end: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
}

/** The statements that one connection sends, one after another. */
function work(): string[] {
  const kind = below(10);
  if (kind < 4) return [`SELECT id, name FROM customer WHERE id = ${below(1e5)} /* trace ${below(1e9)} */`];
  if (kind < 6) {
    const states = ["'open'", "'paid'", "'sent'"].slice(0, 1 + below(3)).join(', ');
    return [
      `SELECT o.id FROM orders o WHERE o.mail = 'u${below(1e5)}@example.com' AND o.state IN (${states}) LIMIT 20`,
    ];
  }
  if (kind < 8) {
    const note = below(3) === 0 ? 'NULL' : `'it\\'s ${below(1000)}'`;
    return [
      'BEGIN',
      `INSERT INTO orders (customer_id, total, note) VALUES (${below(1e5)}, ${below(1e4)}.5, ${note})`,
      `UPDATE customer SET orders = orders + 1\nWHERE id = ${below(1e5)}`,
      'COMMIT',
    ];
  }
  return [`UPDATE stock SET amount = amount - ${below(5)} WHERE item_id = ${below(5000)} AND shop_${below(300)} = 1`];
}

async function writeLog(file: string): Promise<{ readonly statements: number; readonly transactions: number }> {
  const out = createWriteStream(file);
  let [text, at, statements, transactions] = ['', Date.parse('2026-01-01T00:00:00Z'), 0, 0];
  while (statements < LINES) {
    const connection = 10 + below(400);
    const sent = work();
    if (sent.length > 1) transactions++;
    for (const sql of sent) {
      text += `${new Date(++at).toISOString().slice(0, -1)}000Z\t${String(connection).padStart(5)} Query\t${sql}\n`;
      statements++;
    }
    if (text.length < WRITTEN_AT_ONCE) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
  return { statements, transactions };
}

const folder = await mkdtemp(path.join(tmpdir(), 'roundtrip-bench-traffic-'));
try {
  const file = path.join(folder, 'general.log');
  const written = await writeLog(file);
  const { size } = await stat(file);
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const seen = await readLogs([file], { database: 'shop', isAnsi: false, onProgress: () => undefined });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const figures = {
    lines: LINES,
    bytes: size,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    shapes: seen.shapes.length,
    cores: availableParallelism(),
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  await saveFigures('bench-traffic', figures);
  const isWhole = seen.executions === written.statements && seen.ends.committed === written.transactions;
  if (!isWhole || seconds > MOST_SECONDS || figures.peakBytes > MOST_BYTES) {
    throw failure({
      what: 'The log was not read correctly, or took too much time or memory.',
      expected: `${written.statements} statements and ${written.transactions} transactions within ${MOST_SECONDS} s and ${MOST_BYTES} bytes`,
      seen: `${seen.executions} statements, ${seen.ends.committed} transactions, ${seconds} s, ${figures.peakBytes} bytes`,
    });
  }
} finally {
  await rm(folder, { recursive: true });
}

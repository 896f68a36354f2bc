import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { withConnection } from '../cluster/mysql-endpoint.ts';
import { endedRun, type EndedRun, type Strike } from './ended-run.ts';
import { startMysql, type LoneMysql } from './lone-mysql.ts';

const SECRETS = { LIVE_PASSWORD: 'only-reads', WRONG_PASSWORD: 'not-this' };

export interface ConfigRunOptions {
  readonly args?: readonly string[];
  readonly strikes?: readonly Strike[];
  /** The folder for the run's artifacts; by default a folder of its own. */
  readonly artifacts?: string;
}

/** Rehearses a config to its end, from a file that is written in the folder. */
export async function rehearseConfig(
  folder: string,
  config: object,
  { args = [], strikes = [], artifacts }: ConfigRunOptions = {},
): Promise<EndedRun> {
  const own = await mkdtemp(path.join(folder, 'config-'));
  const file = path.join(own, 'roundtrip.config.json');
  await writeFile(file, JSON.stringify(config));
  return await endedRun(['--config', file, '--seed', '5', ...args], {
    artifacts: artifacts ?? path.join(own, 'artifacts'),
    environment: SECRETS,
    strikes,
  });
}

/** Expects the what, where and next of an error, as `layOutFailure` shows them, and no password. */
export function expectTold({ output }: EndedRun, what: RegExp, where: RegExp, next: RegExp): void {
  const [, told = ''] = /\n(?:ERROR|FAIL|UNKNOWN|USAGE) {2}([^]*)$/.exec(`\n${output}`) ?? [];
  expect(told).toMatch(what);
  const [, ofWhere = ''] = /^ {2}where +([^]*?)(?=^ {2}\S|$(?![^]))/m.exec(told) ?? [];
  expect(ofWhere).toMatch(where);
  const [, ofNext = ''] = /^ {2}next +([^]*?)(?=^ {2}\S|$(?![^]))/m.exec(told) ?? [];
  expect(ofNext).toMatch(next);
  for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret);
}

/** Expects that a run that began has its outcome in its folder, and left nothing on the engine. */
export async function expectReported({ left, folder }: EndedRun, reason: RegExp): Promise<void> {
  expect(left).toEqual([]);
  const verdict = await readFile(path.join(folder, 'verdict.json'), 'utf8');
  expect(verdict).toMatch(reason);
  // It had a cluster, so there was something to leave behind.
  expect(verdict).toMatch(/"name": "cluster"[^}]*"verdict": "pass"/);
  expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toMatch(reason);
}

/** A live source: a shop with two tables, which the account `reader` may read. */
export class LiveShop implements AsyncDisposable {
  readonly server: LoneMysql;
  /** Rows of the table `item`. */
  readonly rows: number;

  private constructor(server: LoneMysql, rows: number) {
    this.server = server;
    this.rows = rows;
  }

  static async start(rows = 2000): Promise<LiveShop> {
    const server = await startMysql('shop');
    await withConnection(server.mysql.harnessEndpoint, async (connection) => {
      const numbers = Array.from({ length: rows }, (_, at) => `(${at + 1}, 1, 'name ${at}')`);
      for (const sql of [
        'CREATE TABLE shelf (id INT NOT NULL PRIMARY KEY)',
        'CREATE TABLE item (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, shelf INT, name VARCHAR(30), FOREIGN KEY (shelf) REFERENCES shelf (id))',
        'INSERT INTO shelf VALUES (1)',
        `INSERT INTO item VALUES ${numbers.join(', ')}`,
        `CREATE USER reader@'%' IDENTIFIED BY '${SECRETS.LIVE_PASSWORD}'`,
        "GRANT SELECT ON shop.* TO reader@'%'",
      ]) {
        await connection.query(sql);
      }
    });
    return new LiveShop(server, rows);
  }

  /** `source.live` of a config. */
  get config() {
    const { host, port } = this.server.mysql.harnessEndpoint;
    return { host, port, user: 'reader', passwordEnv: 'LIVE_PASSWORD', database: 'shop' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { ConnectionOptions } from 'mysql2/promise';
import { ScratchMySql } from '../cluster/scratch-mysql.ts';
import type { MySqlSettings } from '../cluster/source-mysql.ts';
import { dumpFiles } from '../dump/files.ts';
import {
  beginAgain,
  readAccountNames,
  readInto,
  type AccountNames,
  type DumpContents,
  type ReadIntoOptions,
} from '../dump/read-dump.ts';
import { Recorder } from '../history/recorder.ts';
import { setUp } from '../run/set-up.ts';

const START_MS = 300_000;

/** Reads everything in the one database of a dump, and tells nobody. */
export const EVERYTHING: ReadIntoOptions = {
  database: undefined,
  leaveOut: [],
  keepsRows: true,
  onProgress: () => undefined,
  note: () => undefined,
  signal: undefined,
};

/** A MySQL that reads the dumps of a file's tests one after another. */
export interface SharedScratch {
  /** Removes what the server has read, and has it read a dump. What a dump sets on the whole server stays. */
  readonly read: (file: string, options?: Partial<ReadIntoOptions>) => Promise<DumpContents>;
  readonly endpoint: (database: string) => ConnectionOptions;
}

/** Starts the server before the first test of a file, and removes it after the last. */
export function sharedScratch(settings: MySqlSettings = {}): SharedScratch {
  let started: ScratchMySql | undefined;
  let accounts: AccountNames = new Set();
  let logDirectory = '';
  beforeAll(async () => {
    logDirectory = await mkdtemp(path.join(tmpdir(), 'vitess-roundtrip-scratch-'));
    started = await ScratchMySql.start({ ...(await setUp(new Recorder())), settings, logDirectory });
    accounts = await readAccountNames(started);
  }, START_MS);
  afterAll(async () => {
    try {
      await started?.[Symbol.asyncDispose]();
    } finally {
      await rm(logDirectory, { recursive: true, force: true });
    }
  }, START_MS);
  const server = () => {
    if (started === undefined) throw new Error('The server did not start.');
    return started;
  };
  return {
    read: async (file, options = {}) => {
      await beginAgain(server(), null, accounts);
      return await readInto(server(), await dumpFiles(file), file, { ...EVERYTHING, ...options });
    },
    endpoint: (database) => server().endpoint(database),
  };
}

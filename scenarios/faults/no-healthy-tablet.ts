import { expect } from '@jest/globals';
import { readLogLine, type LogLine } from '../../harness/cluster/vitess-log.ts';
import { scenario } from '../../harness/jest/scenario.ts';
import { processOf, targetPrimary } from '../../harness/nemesis/processes.ts';
import { waitFor } from '../../harness/wait.ts';

// Claim: a stream of Vitess 24.0.1 that finds no healthy tablet to read from says that it sleeps for 30 seconds, and
// does not look again before then, even if the tablet is back (go/vt/discovery/tablet_picker.go,
// tabletPickerRetryDelay; there is no flag). Then it goes on by itself. If a later Vitess looks again sooner, this
// fails.
const SLEEPS = /^No healthy serving tablet found for streaming, .* sleeping for 30\.000 seconds\.$/;
const FINDS = /^Tablet picker found a healthy tablet for streaming/;
const LOOKS = /^No healthy serving tablet found|^Tablet picker found/;
const SLEEP_MS = 30_000;

scenario(
  'a stream that finds no healthy tablet sleeps for 30 seconds',
  { cluster: { rdonlys: 0, restartable: true } },
  async ({ workload, migration, run, observe }) => {
    await workload.start({ writesPerSecond: 60 });
    await migration.create();
    await migration.copied();

    const looks: LogLine[] = [];
    using _ = (await targetPrimary(run)).server.onLine((line) => {
      const read = readLogLine(line);
      if (read !== null && LOOKS.test(read.message)) looks.push(read);
    });
    const until = async (what: RegExp) => {
      const wait = {
        what: `a stream that logs ${what.source}`,
        where: 'the log of the target’s primary',
        timeoutMs: 90_000,
      };
      await waitFor(wait, async () => {
        const seen = looks.map(({ message }) => message);
        return { done: seen.some((message) => what.test(message)) || undefined, seen: seen.join('\n') };
      });
    };
    using tablet = await (await processOf(run, 'source-tablet')).arm();
    await tablet.end('KILL');
    await until(SLEEPS);
    await tablet.start();
    await workload.untilAcknowledged(50, 30_000);
    await until(FINDS);

    const found = looks.findIndex(({ message }) => FINDS.test(message));
    expect(found).toBeGreaterThan(0);
    expect(looks.slice(0, found).map(({ message }) => message)).toEqual(
      Array(found).fill(expect.stringMatching(SLEEPS)),
    );
    const pausesMs = looks.slice(1, found + 1).map(({ atMs }, before) => atMs - looks[before]!.atMs);
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(SLEEP_MS);

    await workload.stop();
    expect(await observe()).toBeEqualOnBothSides();
  },
);

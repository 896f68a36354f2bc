import type { ProfileName } from '../cluster/profile.ts';
import { configFile } from '../config/config.ts';
import { readFixture, scaled } from '../fixture/fixture.ts';
import { clusterFor, needsOf } from '../nemesis/needs.ts';
import { askedPairs } from '../nemesis/pairs.ts';
import type { Rehearsal } from '../run/rehearsal.ts';
import { fixtureSubject } from '../subject/fixture-subject.ts';

/** What the command line says when there is no config. */
export interface FixtureOptions {
  readonly fixture: string;
  readonly profile: ProfileName;
  readonly writesPerSecond: number | 'auto';
  /** Rows to load, as a factor of the fixture's row counts. */
  readonly scale: number;
  readonly end: 'complete' | 'cancel';
  readonly fence: boolean;
  readonly allowStrays: boolean;
  /** `default`, or a pattern of faults and points. */
  readonly faults?: string;
}

/**
 * The share of operations that go to the harness' own tables. A fixture is not what a team wants to learn about, so it
 * can be high.
 */
const WITNESSES = 0.85;
const CONNECTIONS = 8;

/** @throws usage for a fixture that does not exist or contradicts itself. */
export async function fixtureRehearsal(options: FixtureOptions): Promise<Rehearsal> {
  const { profile, writesPerSecond, end, fence, allowStrays, faults } = options;
  const asked = faults === undefined || faults === 'default' ? faults : [faults];
  const all = askedPairs(asked, '--faults');
  // A pattern may match faults of both kinds of source; most need the plain one.
  const needsFollowers = needsOf(all).includes('followers') && !needsOf(all).includes('no-followers');
  const given = [
    'links',
    'small-disk',
    needsFollowers ? ('followers' as const) : ('no-followers' as const),
    ...(options.fixture === 'commerce' ? ['commerce' as const] : []),
  ] as const;
  const pairs = askedPairs(asked, '--faults', given);
  const fixture = scaled(await readFixture(options.fixture), options.scale);
  return {
    subject: fixtureSubject(fixture),
    cluster: { profile, ...(pairs.length > 0 ? clusterFor(needsOf(pairs)) : {}) },
    images: {},
    rate: writesPerSecond,
    connections: CONNECTIONS,
    witnesses: WITNESSES,
    end,
    fence: fence ? { except: [] } : null,
    allowStrays,
    preflight: {},
    thresholds: configFile.shape.thresholds.parse({}),
    faults: pairs,
    faultsLeftOut: all.filter((pair) => !pairs.includes(pair)),
  };
}

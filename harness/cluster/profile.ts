/** A named set of flags; every figure of a run belongs to one. */
export type ProfileName = 'stock' | 'rehearsal';

export interface Profile {
  readonly name: ProfileName;
  /** What a person should know about it, in one clause. */
  readonly about: string;
  readonly vtgate: readonly string[];
  readonly vttablet: readonly string[];
}

/** Vitess as it is shipped: no buffering, and vtgate looks for new tablets once a minute. */
const stock: Profile = { name: 'stock', about: 'flags as Vitess ships them', vtgate: [], vttablet: [] };

/**
 * What a team that plans a cutover would set: vtgate holds writes back during a switch, also when one follows
 * another at once, and sees new tablets within a second.
 */
const rehearsal: Profile = {
  name: 'rehearsal',
  about: 'vtgate buffers writes during a switch, and looks for new tablets every second',
  vtgate: [
    '--tablet-refresh-interval=1s',
    '--enable-buffer',
    '--buffer-size=10000',
    '--buffer-window=30s',
    '--buffer-max-failover-duration=30s',
    // As shipped, a switch within a minute of the last one is not buffered at all.
    '--buffer-min-time-between-failovers=1s',
  ],
  vttablet: ['--health-check-interval=1s'],
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { stock, rehearsal };

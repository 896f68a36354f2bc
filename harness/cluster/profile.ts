/** A named set of flags; every figure of a run belongs to one. */
export type ProfileName = 'stock' | 'rehearsal';

export interface Profile {
  readonly name: ProfileName;
  /** A short description of the profile. */
  readonly about: string;
  readonly vtgate: readonly string[];
  readonly vttablet: readonly string[];
  /**
   * Whether tablets and vtgate reload the schema before writes are switched, rather than during the switch.
   */
  readonly settlesSchemas: boolean;
  /** Whether vtgate starts before there is a keyspace. With its default flags it would see tablets a minute later. */
  readonly startsVtgateFirst: boolean;
}

/** Vitess with its default flags: no buffering, and vtgate looks for new tablets once a minute. */
const stock: Profile = {
  name: 'stock',
  about: 'flags as Vitess ships them',
  vtgate: [],
  vttablet: [],
  settlesSchemas: false,
  startsVtgateFirst: false,
};

/**
 * What a team that plans a cutover would set: vtgate holds writes back during a switch, even if one switch directly
 * follows another, and sees new tablets within a second. Everything that can be done before the switch is done before
 * it. The figures that led to this are in docs/decisions/0012.
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
    // With the default, a switch within a minute of the last one is not buffered at all.
    '--buffer-min-time-between-failovers=1s',
  ],
  // vtgate releases what it has buffered only when it hears of the tablet's health again.
  vttablet: ['--health-check-interval=200ms'],
  settlesSchemas: true,
  startsVtgateFirst: true,
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { stock, rehearsal };

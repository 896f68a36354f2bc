import type { ConnectionOptions } from 'mysql2/promise';
import type { Side } from '../side.ts';
import type { VtctlHost } from '../vtctl/vtctl.ts';
import type { Server } from './server.ts';
import type { Tablet } from './tablet.ts';

/** A MySQL, and the harness' own way to it. */
export interface SideServer {
  readonly name: string;
  readonly endpoint: ConnectionOptions;
}

/** A tablet of the target keyspace, with its MySQL. */
export interface TargetTablet extends Pick<Tablet, 'alias' | 'type'> {
  readonly server: Pick<Server, 'name' | 'page'>;
  readonly harnessEndpoint: ConnectionOptions;
}

/** The proxy that applications talk to. */
export interface VtgateAccess {
  readonly server: Pick<Server, 'page'>;
  /** @param keyspace unqualified table names resolve in it; it may carry a shard or a tablet type. */
  applicationEndpoint(keyspace: string): ConnectionOptions;
  harnessEndpoint(keyspace?: string): ConnectionOptions;
}

/** The MySQL that is migrated. */
export interface SourceAccess {
  readonly server: Pick<Server, 'name'>;
  readonly database: string;
  readonly harnessEndpoint: ConnectionOptions;
  readonly applicationEndpoint: ConnectionOptions;
}

export interface ServerVersions {
  readonly mysql: string;
  readonly vitess: string;
  readonly etcd: string;
}

/** What a server has taken of the processors, in CPU seconds since its start. */
export interface ServerCpu {
  readonly server: string;
  /** The CPU time of all processes in its container; null if it is not known. */
  readonly cpuSeconds: number | null;
  /** What the harness' own questions took of them; null where it is not known, absent where it is not told apart. */
  readonly questionSeconds?: number | null;
}

/** How it is told whose a connection to the source is. */
export interface Ownership {
  /** Accounts that nobody else can have, as their passwords were made for this run. */
  readonly madeForRun: readonly string[];
  /** Accounts of Vitess, which an application may have too. */
  readonly ofVitess: readonly string[];
  /** Addresses and networks, as `10.2.0.0/16`, that Vitess connects from beside the source's tablet. */
  readonly vitessHosts: readonly string[];
}

/** What the steps of a migration need of its servers, whoever started them. */
export interface MigrationServers extends AsyncDisposable {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  /** What the one shard of each keyspace is called. */
  readonly shards: Readonly<Record<Side, string>>;
  /** The name of the MoveTables workflow. */
  readonly workflow: string;
  /** Whether tablets and vtgate are made to look at the tables anew before writes are switched. */
  readonly settlesSchemas: boolean;
  /** How it is treated where it ran before and goes on afterwards; null where it was started for this run. */
  readonly existing: {
    /** Go on with a workflow that is there. */
    readonly resume: boolean;
    /** Whether a write that fits no row is tried on both sides. */
    readonly probes: boolean;
  } | null;
  /** Whether the MySQLs themselves can be asked; without that, `source` and both ways to the target's throw. */
  readonly hasMysqls: boolean;
  readonly source: SourceAccess;
  /** The MySQL of the target's primary, where it was named; else it is one of the managed tablets'. */
  readonly targetPrimary: SideServer | null;
  readonly vtctld: VtctlHost;
  /** Whose accounts there are on the source. */
  readonly accounts: Ownership;
  /** Starts what a step needs; null where everything runs already, and nothing is this harness' to start. */
  readonly starts: { unmanagedTablet(): Promise<Pick<Tablet, 'alias'>> } | null;
  /**
   * The MySQL that the target's primary has or will have, as soon as it answers; it has no database before its tablet
   * serves, and the connection none then.
   */
  targetMysql(): Promise<ConnectionOptions>;
  /** The tablets of the target that this harness started, replicas first. */
  managedTablets(): Promise<readonly TargetTablet[]>;
  vtgate(): Promise<VtgateAccess>;
  /** The versions that the running servers report. */
  versions(): Promise<ServerVersions>;
  /** What each server has taken so far; null where they are not this harness' to measure. Never throws. */
  cpu(): Promise<readonly ServerCpu[] | null>;
}

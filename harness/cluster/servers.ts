import type { ConnectionOptions } from 'mysql2/promise';
import type { Side } from '../side.ts';
import type { StreamTabletType } from '../stream-tablet-types.ts';
import type { VtctlHost } from '../vtctl/vtctl.ts';
import type { Server } from './server.ts';
import type { Tablet } from './tablet.ts';

/** A MySQL, and how the harness itself connects to it. */
export interface SideServer {
  readonly name: string;
  readonly endpoint: ConnectionOptions;
}

/** A tablet of the target keyspace, with its MySQL. */
export interface TargetTablet extends Pick<Tablet, 'alias' | 'type' | 'page'> {
  readonly server: Pick<Server, 'name'>;
  readonly harnessEndpoint: ConnectionOptions;
}

/** The proxy that applications talk to. */
export interface VtgateAccess {
  readonly server: Pick<Server, 'page'>;
  /** @param keyspace where unqualified table names are resolved; it may include a shard or a tablet type. */
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

/** How much CPU a server has used, in seconds since its start. */
export interface ServerCpu {
  readonly server: string;
  /** The CPU time of all processes in its container; null if it is not known. */
  readonly cpuSeconds: number | null;
  /** The part that the harness' own queries used; null if it is unknown, absent if it cannot be told apart. */
  readonly questionSeconds?: number | null;
}

/** How to tell who opened a connection to the source. */
export interface Ownership {
  /** Accounts that nobody else can use, because their passwords were generated for this run. */
  readonly madeForRun: readonly string[];
  /** Accounts of Vitess, which an application may also use. */
  readonly ofVitess: readonly string[];
  /** Addresses, and networks such as `10.2.0.0/16`, from which Vitess connects besides the source's tablet. */
  readonly vitessHosts: readonly string[];
}

/** The tablets in front of the source's MySQLs, the primary's first. */
export interface SourceTablets {
  unmanagedTablets(): Promise<readonly [Pick<Tablet, 'alias'>, ...Pick<Tablet, 'alias'>[]]>;
}

/** What the steps of a migration need from its servers, no matter who started them. */
export interface MigrationServers extends AsyncDisposable {
  readonly cell: string;
  readonly sourceKeyspace: string;
  readonly targetKeyspace: string;
  /** The name of the one shard of each keyspace. */
  readonly shards: Readonly<Record<Side, string>>;
  /** The name of the MoveTables workflow. */
  readonly workflow: string;
  /** Which tablets of the other side the workflow's streams read from: the first of these types that serves. */
  readonly tabletTypes: readonly StreamTabletType[];
  /** Whether tablets and vtgate reload the schema before writes are switched. */
  readonly settlesSchemas: boolean;
  /** How to treat a cluster that was already running and stays running; null if it was started for this run. */
  readonly existing: {
    /** Whether to continue an existing workflow. */
    readonly resume: boolean;
    /** Whether to try a write that matches no row, on both sides. */
    readonly probes: boolean;
  } | null;
  /** Whether the MySQLs themselves can be queried; if not, `source` and both ways to the target's MySQL throw. */
  readonly hasMysqls: boolean;
  readonly source: SourceAccess;
  /** The MySQLs that replicate from the source and can be queried. */
  readonly sourceFollowers: readonly SourceAccess[];
  /** The MySQL of the target's primary, if it was named; otherwise it belongs to one of the managed tablets. */
  readonly targetPrimary: SideServer | null;
  readonly vtctld: VtctlHost;
  /** Who has accounts on the source. */
  readonly accounts: Ownership;
  /** Starts what a step needs; null if everything is already running, so that the harness must not start anything. */
  readonly starts: SourceTablets | null;
  /**
   * Returns the MySQL that the target's primary has or will have, as soon as it answers. The connection selects no
   * database.
   */
  targetMysql(): Promise<ConnectionOptions>;
  /** The tablets of the target that this harness started, replicas first. */
  managedTablets(): Promise<readonly TargetTablet[]>;
  vtgate(): Promise<VtgateAccess>;
  /** The versions that the running servers report. */
  versions(): Promise<ServerVersions>;
  /** Returns how much CPU each server has used so far; null if the harness cannot measure them. Never throws. */
  cpu(): Promise<readonly ServerCpu[] | null>;
}

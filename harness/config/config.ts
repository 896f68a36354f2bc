import { isIP } from 'node:net';
import { z } from 'zod';
import { STREAM_TABLET_TYPES } from '../stream-tablet-types.ts';
import { columnGenerator, workloadFile, type WorkloadFile } from '../fixture/generators.ts';

const name = z.string().min(1);
const count = z.int().min(0);

function isHostOrNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (prefix === undefined) return true;
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d+$/.test(prefix) && Number(prefix) <= bits;
}

const positive = z.number().positive();

/** Where a password comes from. It is never in the config file itself, which is shared and committed. */
const secret = {
  /** Name of the environment variable that holds it. */
  passwordEnv: name.optional(),
  /** A file whose first line is the password. */
  passwordFile: name.optional(),
};

const tls = z.union([
  z.boolean(),
  z.strictObject({
    /** Files in PEM form. */
    ca: name.optional(),
    cert: name.optional(),
    key: name.optional(),
  }),
]);

/** How to reach a server that is already running. */
const server = {
  host: name,
  user: name,
  ...secret,
  tls: tls.default(false),
};

/** A source that is already running; it is only read. */
const live = z.strictObject({
  ...server,
  port: z.int().min(1).max(65_535).default(3306),
  database: name,
  /** The most rows to read from it per second. */
  maxRowsPerSecond: positive.default(10_000),
});

const leaveOut = z.array(z.enum(['views', 'triggers', 'routines', 'events'])).default([]);

/** Variables of a MySQL by name. */
const settings = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({});

const source = z.strictObject({
  /**
   * A schema or a dump: `.sql`, `.sql.gz` or `.sql.zst` as mysqldump makes them, or a folder that MySQL Shell or
   * mydumper made.
   */
  file: name.optional(),
  live: live.optional(),
  /** Which database to use from a dump that contains several. */
  database: name.optional(),
  /** What the rehearsal leaves out of the schema; preflight says what that means for production. */
  leaveOut,
  /** Variables of the production server, for the source MySQL that the rehearsal starts. */
  settings,
});

const data = z.strictObject({
  /**
   * Where rows come from: the dump; the dump, and a generator for tables without rows there; only a generator, which
   * works from the schema; or a sample of the live source.
   */
  from: z.enum(['file', 'completed', 'generated', 'sampled']),
  /** How many rows to generate, or to sample at most: for each table by name or glob, or for every table. */
  rows: z.union([count, z.record(z.string(), count)]).default(1000),
  /** How to generate columns such as `customer.email`, instead of what their type and name suggest. */
  columns: z.record(z.string(), columnGenerator).default({}),
  /** Columns of a sample that are personal, and what replaces them. */
  personal: z.record(z.string(), columnGenerator).default({}),
});

const workload = z.strictObject({
  /** Operations per second, including reads; or stages, one after another, the last of which lasts until the end. */
  rate: z
    .union([z.literal('auto'), positive, z.array(z.strictObject({ perSecond: positive, seconds: positive })).min(1)])
    .default('auto'),
  /** Processes, each with at most one operation in flight. */
  connections: z.int().min(1).default(8),
  /** A file with `statements` and `transactions`, as `roundtrip traffic` writes it; those given here are added. */
  file: name.optional(),
  /** Statements of the application; derived from the schema if there are none. */
  statements: workloadFile.shape.statements,
  /** Its transactions: several statements between BEGIN and COMMIT. */
  transactions: workloadFile.shape.transactions,
  /** The share of operations on the harness' own tables, which show what a team's own tables cannot. */
  witnesses: z.number().min(0).max(1).default(0.3),
});

const thresholds = z.strictObject({
  /** How long the application may be unable to write around a switch, in milliseconds. */
  writeGapMs: positive.default(5_000),
  /** How many of the application's own statements may fail around one switch of writes. */
  errorsPerCutover: count.default(0),
  /** How many of them may fail at any other time of the run. */
  failedStatements: count.default(0),
  /** Lag after the copy, in milliseconds. */
  lagMs: positive.default(5_000),
  /** Duration of the whole rehearsal, in minutes. */
  totalMinutes: positive.optional(),
});

/** What production is like, for an estimate of how long the real migration takes. */
const production = z.strictObject({
  /** The sizes of the tables; `bytes` is data plus indexes, as information_schema reports them. */
  tables: z.record(z.string(), z.strictObject({ rows: count, bytes: count.optional() })),
  /** Transactions per second that write, on the source. */
  writesPerSecond: z.number().min(0).default(0),
  /** Hours between the end of the catch-up and the last switch. */
  soakHours: z.number().min(0).default(24),
});

const port = z.int().min(1).max(65_535);
const mysql = z.strictObject({ ...server, port: port.default(3306), database: name });

/**
 * A Vitess and a source that are already running. Only the workflow is created there: nothing else is started or
 * loaded, and nothing that was there before is dropped.
 */
const target = z.strictObject({
  /** vtctld's gRPC server. */
  vtctld: z.strictObject({
    host: name,
    port: port.default(15_999),
    tls: z
      .strictObject({
        /** Files in PEM form. */
        ca: name,
        cert: name.optional(),
        key: name.optional(),
        /** The name in vtctld's certificate, if it is not the host. */
        serverName: name.optional(),
      })
      .optional(),
    /** A file in the format of vtctldclient's --grpc-auth-static-client-creds. */
    authFile: name.optional(),
  }),
  vtgate: z.strictObject({ ...server, port: port.default(15_306) }),
  /**
   * The MySQL of each side's primary, for our own checksums and constraint checks; without these, only VDiff compares.
   */
  mysql: z.strictObject({ source: mysql, target: mysql }).optional(),
  /** The name of the one shard of each keyspace: Vitess' tools make it 0, the Kubernetes operator makes it -. */
  shards: z.strictObject({ source: name.default('0'), target: name.default('0') }).prefault({}),
  cell: name.default('zone1'),
  /** The name of the MoveTables workflow; the default joins the names of both keyspaces, as in commerce2customer. */
  workflow: name.optional(),
  /** Whether to continue an existing workflow of that name; without this it is refused. */
  resume: z.boolean().default(false),
  /**
   * Whether to try a write that matches no row after each switch, on both sides, in a transaction that is rolled back.
   */
  probes: z.boolean().default(true),
  /** Vitess' accounts on the source MySQL, whose connections are not strays, and which no fence locks out. */
  vitessUsers: z
    .array(name)
    .default(['vt_app', 'vt_appdebug', 'vt_allprivs', 'vt_dba', 'vt_repl', 'vt_filtered', 'orc_client_user']),
  /** Addresses, and networks such as `10.2.0.0/16`, from which Vitess connects besides the source's tablet. */
  vitessHosts: z
    .array(name.refine(isHostOrNetwork, 'needs an address, a name, or a network as 10.2.0.0/16'))
    .default([]),
  /** Whether to switch writes although other clients are connected directly to the source MySQL. */
  allowStrays: z.boolean().default(false),
});

/** What to rehearse, and when it is good enough. Paths are relative to the file. */
export const configFile = z
  .strictObject({
    name: name.optional(),
    /** What to rehearse on servers that are started for it. */
    source: source.prefault({}),
    /** Tables to move: names or globs; those after `!` stay. */
    tables: z.array(name).min(1).default(['*']),
    keyspaces: z
      .strictObject({
        /** The source keyspace; by default it has the name of the source's database. */
        source: name.optional(),
        target: name.default('customer'),
      })
      .prefault({}),
    /** How to copy foreign keys; by default with an atomic copy if there are any and all tables move. */
    foreignKeys: z.enum(['auto', 'copied', 'atomic-copy']).default('auto'),
    /**
     * Which tablets of the other side the workflow's streams read from: the first of these types that serves. A copy
     * from a replica spares the primary.
     */
    tabletTypes: z.array(z.enum(STREAM_TABLET_TYPES)).min(1).default(['primary']),
    /** A file with the source keyspace's VSchema; without one, an unsharded VSchema is made. */
    vschema: name.optional(),
    cluster: z
      .strictObject({
        profile: z.enum(['rehearsal', 'stock']).default('rehearsal'),
        /** How the source is replicated. */
        source: z
          .strictObject({
            /** MySQLs that replicate from it, each with a tablet in front of it. */
            followers: z.int().min(0).max(5).default(0),
            /** Their variables that differ from the source's. */
            followerSettings: settings,
          })
          .prefault({}),
        replicas: z.int().min(1).default(2),
        rdonlys: count.default(1),
        vitessVersion: name.optional(),
        images: z.strictObject({ mysql: name.optional(), vitess: name.optional(), etcd: name.optional() }).prefault({}),
      })
      .prefault({}),
    data: data.optional(),
    workload: workload.prefault({}),
    preflight: z
      .strictObject({
        /** Ids of findings that are known and do not block. */
        accept: z.array(name).default([]),
        /**
         * Accounts that Vitess has, or will have, on a running source, as `vt_filtered@%` or `filtered=vt_filtered@%`.
         */
        accounts: z.array(name).default([]),
        /** Vitess' own database on the source, if its keyspace names one. */
        sidecar: name.optional(),
      })
      .prefault({}),
    thresholds: thresholds.prefault({}),
    production: production.optional(),
    target: target.optional(),
    /** Whether to lock applications out of the source MySQL while the target serves writes. */
    fence: z
      .union([
        z.boolean(),
        z.strictObject({
          /** Accounts, as `user` or `user@host`, that stay open although they may write. */
          except: z.array(name).default([]),
        }),
      ])
      .default(false)
      .transform((fence) => (fence === true ? { except: [] } : fence === false ? null : fence)),
    /**
     * What to break on purpose after the migration has gone there and back once: `default`, or patterns of a fault and
     * a point, such as `vtctld.kill/switchWrites/journal`.
     */
    faults: z.union([z.literal('default'), z.array(name).min(1)]).optional(),
    /**
     * How the run ends. `leave` is only for a target: the source serves, and the workflow keeps following it. Without a
     * target the default is `complete`.
     */
    end: z.enum(['complete', 'cancel', 'leave']).optional(),
  })
  .superRefine(({ source: given, target: existing, ...rest }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { file, live: running } = given;
    if (existing === undefined) {
      if ((file === undefined) === (running === undefined)) refuse(['source'], 'needs exactly one of file and live');
      const { source: replicated, replicas } = rest.cluster;
      const hasReplicas = rest.tabletTypes.includes('replica') && replicated.followers > 0 && replicas > 1;
      if (!rest.tabletTypes.includes('primary') && !hasReplicas) {
        refuse(
          ['tabletTypes'],
          'without primary needs replica, cluster.source.followers, and 2 cluster.replicas or more',
        );
      }
      if (replicated.followers === 0 && Object.keys(replicated.followerSettings).length > 0) {
        refuse(['cluster', 'source', 'followerSettings'], 'has no meaning without followers');
      }
      if (rest.end === 'leave') refuse(['end'], 'leave is only for a target that is already running');
      return;
    }
    const idle = 'has no meaning with a target: nothing is started, loaded or applied';
    if (file !== undefined || running !== undefined) refuse(['source'], idle);
    if (given.database !== undefined) refuse(['source', 'database'], idle);
    if (given.leaveOut.length > 0) refuse(['source', 'leaveOut'], idle);
    if (Object.keys(given.settings).length > 0) refuse(['source', 'settings'], idle);
    if (rest.cluster.source.followers > 0) refuse(['cluster', 'source'], idle);
    if (rest.faults !== undefined) refuse(['faults'], 'nothing is ever broken on a target that is already running');
    for (const key of ['data', 'vschema'] as const) if (rest[key] !== undefined) refuse([key], idle);
    if (rest.tables.some((table) => /[*?[\]{}!]/.test(table))) {
      refuse(['tables'], 'must name every table that moves when there is a target; no globs');
    }
    if (rest.keyspaces.source === undefined) refuse(['keyspaces', 'source'], 'is required with a target');
    if (rest.fence !== null && existing.mysql === undefined) refuse(['fence'], 'needs target.mysql');
  });

/** A config with every default filled in. */
export type Config = Omit<z.output<typeof configFile>, 'end'> & { readonly end: 'complete' | 'cancel' | 'leave' };
/** Returns the application's own statements and transactions; null if the config has neither. */
export function ownWorkload({ workload: { statements, transactions = {} } }: Config): WorkloadFile | null {
  const isOwn = Object.keys(statements).length + Object.keys(transactions).length > 0;
  return isOwn ? { statements, transactions } : null;
}

/** A config in the form that a person writes: `export default { … } satisfies ConfigInput`. */
export type ConfigInput = z.input<typeof configFile>;
export type LiveSource = z.output<typeof live>;
export type ExistingTarget = z.output<typeof target>;
export type Endpoint = Omit<LiveSource, 'database' | 'maxRowsPerSecond'>;
export type Production = z.output<typeof production>;
export type LeaveOut = z.output<typeof leaveOut>[number];

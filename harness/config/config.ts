import { z } from 'zod';
import { columnGenerator, workloadFile } from '../fixture/generators.ts';

const name = z.string().min(1);
const count = z.int().min(0);
const positive = z.number().positive();

/** Where a password comes from: never from the file itself, which is shared and committed. */
const secret = {
  /** Name of the environment variable that holds it. */
  passwordEnv: name.optional(),
  /** A file whose first line it is. */
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

/** How to reach a server that already runs. */
const server = {
  host: name,
  user: name,
  ...secret,
  tls: tls.default(false),
};

/** A source that already runs; it is only read. */
const live = z.strictObject({
  ...server,
  port: z.int().min(1).max(65_535).default(3306),
  database: name,
  /** Rows read of it in a second, at most. */
  maxRowsPerSecond: positive.default(10_000),
});

const leaveOut = z.array(z.enum(['views', 'triggers', 'routines', 'events'])).default([]);

const source = z
  .strictObject({
    /**
     * A schema or a dump: `.sql`, `.sql.gz` or `.sql.zst` as mysqldump makes them, or a folder that MySQL Shell or
     * mydumper made.
     */
    file: name.optional(),
    live: live.optional(),
    /** Which database of a dump that holds several. */
    database: name.optional(),
    /** What of the schema the rehearsal does without; preflight says what that means for production. */
    leaveOut,
    /** Variables of the production server, for the source MySQL that the rehearsal starts. */
    settings: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  })
  .refine((value) => (value.file === undefined) !== (value.live === undefined), 'needs exactly one of file and live');

const data = z.strictObject({
  /** Rows of the dump; made from the schema; or a sample of the live source's. */
  from: z.enum(['file', 'generated', 'sampled']),
  /** Rows of each table, by name or glob, or of every table: how many are made, or sampled at most. */
  rows: z.union([count, z.record(z.string(), count)]).default(1000),
  /** How columns are made, as `customer.email`, in place of what their type and name suggest. */
  columns: z.record(z.string(), columnGenerator).default({}),
  /** Columns of a sample that are personal, and what stands in their place. */
  personal: z.record(z.string(), columnGenerator).default({}),
});

const workload = z.strictObject({
  /** Operations a second, reads included; or stages, one after another, the last of which goes on to the end. */
  rate: z.union([positive, z.array(z.strictObject({ perSecond: positive, seconds: positive })).min(1)]).default(200),
  /** Processes, each with one operation in flight at most. */
  connections: z.int().min(1).default(8),
  /** Statements of the application; derived from the schema where there are none. */
  statements: workloadFile.shape.statements.default({}),
  /** Share of operations that go to tables of the harness' own, which prove what those of a team cannot. */
  witnesses: z.number().min(0).max(1).default(0.3),
});

const thresholds = z.strictObject({
  /** Longest time without an acknowledged write around a switch, milliseconds. */
  writeGapMs: positive.default(5_000),
  /** Operations of the application's own statements that may fail around one switch. */
  errorsPerCutover: count.default(0),
  /** Lag after the copy, milliseconds. */
  lagMs: positive.default(5_000),
  /** The whole rehearsal, minutes. */
  totalMinutes: positive.optional(),
});

/** What the real thing is like, for an estimate of how long it takes. */
const production = z.strictObject({
  /** By table; `bytes` as information_schema has them: data and indexes. */
  tables: z.record(z.string(), z.strictObject({ rows: count, bytes: count.optional() })),
  /** Transactions that write, on the source. */
  writesPerSecond: z.number().min(0).default(0),
  /** Hours between the end of the catch-up and the last switch. */
  soakHours: z.number().min(0).default(24),
});

/** A Vitess and a source that already run. */
const target = z.strictObject({
  /** `host:port` of vtctld's gRPC. */
  vtctld: name,
  vtctldTls: tls.default(false),
  vtgate: z.strictObject({ ...server, port: z.int().min(1).max(65_535).default(15_306) }),
  /** The MySQL of each side's primary, for checksums and constraints of our own; VDiff alone compares without them. */
  mysql: z
    .strictObject({
      source: z.strictObject({ ...server, port: z.int().default(3306), database: name }),
      target: z.strictObject({ ...server, port: z.int().default(3306), database: name }),
    })
    .optional(),
  cell: name.default('zone1'),
});

/** What is rehearsed, and when it is good enough. Paths are relative to the file. */
export const configFile = z.strictObject({
  name: name.optional(),
  source,
  /** Tables that move: names or globs; those after `!` stay. */
  tables: z.array(name).min(1).default(['*']),
  keyspaces: z
    .strictObject({
      /** Named as the source's database unless told. */
      source: name.optional(),
      target: name.default('customer'),
    })
    .prefault({}),
  /** How foreign keys are copied; by an atomic copy where there are any and all tables move, unless told. */
  foreignKeys: z.enum(['auto', 'copied', 'atomic-copy']).default('auto'),
  /** A file with the source keyspace's VSchema; an unsharded one is made where there is none. */
  vschema: name.optional(),
  cluster: z
    .strictObject({
      profile: z.enum(['rehearsal', 'stock']).default('rehearsal'),
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
      /** Ids of findings that are known, and no blockers. */
      accept: z.array(name).default([]),
    })
    .prefault({}),
  thresholds: thresholds.prefault({}),
  production: production.optional(),
  target: target.optional(),
  /** Lock applications out of the source MySQL while the target serves writes. */
  fence: z.boolean().default(false),
  end: z.enum(['complete', 'cancel']).default('complete'),
});

/** A config with everything filled in that was left to its default. */
export type Config = z.output<typeof configFile>;
/** A config as a person writes it; `export default { … } satisfies ConfigInput`. */
export type ConfigInput = z.input<typeof configFile>;
export type LiveSource = z.output<typeof live>;
export type ExistingTarget = z.output<typeof target>;
export type Thresholds = z.output<typeof thresholds>;
export type Production = z.output<typeof production>;
export type LeaveOut = z.output<typeof leaveOut>[number];

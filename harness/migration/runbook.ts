import type { RunbookStep } from '../history/observations.ts';
import { quoteName } from '../schema/quote.ts';
import { shellCommand } from '../shell.ts';
import type { Side } from '../side.ts';
import {
  cancelCommand,
  completeCommand,
  createCommand,
  showCommand,
  trafficCommand,
  type CreateOptions,
  type TrafficTypes,
  type WorkflowName,
} from '../vtctl/move-tables.ts';
import { vdiffCreateCommand, vdiffShowCommand } from '../vtctl/vdiff.ts';
import { commandLine } from '../vtctl/vtctl.ts';
import { ONE_WAY } from './sequence.ts';
import { SWITCH_TIMEOUT_MS } from './switch.ts';

/** Names that a team would otherwise have to fill in. */
export interface RunbookNames {
  readonly workflow: WorkflowName;
  readonly reverse: WorkflowName;
  readonly create: CreateOptions;
  /** The name of the one shard of each keyspace. */
  readonly shards: Readonly<Record<Side, string>>;
  /** Vitess' own database on the source MySQL. */
  readonly sidecar: string;
  /** The source's database. */
  readonly database: string;
  readonly cell: string;
}

/**
 * Returns the commands of a migration, each with its way back. They come from the same code as the commands of a
 * rehearsal, so everything shown has been tried.
 */
export function runbook(names: RunbookNames): RunbookStep[] {
  return ONE_WAY.map(({ name, writes }) => ({ name, ...PAGES[name](names, writes) }));
}

type Page = Omit<RunbookStep, 'name'>;

/** @param writes the side that serves writes after the step. */
const PAGES: Readonly<Record<(typeof ONE_WAY)[number]['name'], (names: RunbookNames, writes: Side) => Page>> = {
  adopt,
  provision,
  create: ({ workflow, create }) => ({
    about: 'The copy begins. Writes go on; the source keeps serving everything.',
    commands: [line(createCommand(workflow, create).args)],
    back: [cancel(workflow)],
  }),
  copy: ({ workflow }) => ({
    about: 'Wait until every stream is Running with no table left to copy, and the lag is a second or two.',
    commands: [line(showCommand(workflow).args)],
    back: [cancel(workflow)],
  }),
  vdiff,
  switchReads: ({ workflow }) => ({
    about: 'Reads of replica and rdonly tablets go to the target.',
    commands: [traffic(workflow, 'forward', 'reads')],
    back: [traffic(workflow, 'reverse', 'reads')],
  }),
  switchWrites: ({ workflow }) => ({
    about:
      'The cutover: writes stop for a moment, and go to the target. From now on the reverse workflow keeps the source ' +
      'up to date. Nobody may write straight to the source any more. Before it, the first command must show no VDiff ' +
      'that is pending or started, nor one in error that Vitess tries again: let it end, or delete it.',
    commands: [line(vdiffShowCommand(workflow, 'all').args), traffic(workflow, 'forward', 'writes')],
    back: allBack(workflow),
  }),
  complete: ({ workflow }) => ({
    about:
      'Days later, when nobody wants to go back: both workflows end. The source’s tables are kept, and stay denied.',
    commands: [line(completeCommand(workflow, 'keep').args)],
    back: [],
  }),
};

function adopt({ create, shards, sidecar, database, cell }: RunbookNames): Page {
  const { sourceKeyspace } = create;
  return {
    about:
      `An unmanaged vttablet in front of the source MySQL becomes the primary of ${sourceKeyspace}. ` +
      `The source is not restarted; the tablet adds the database ${sidecar} to it. Then the application moves to vtgate. ` +
      'If the source has TLS, give the tablet --db-ssl-mode=required too: docs/troubleshooting.md says why.',
    commands: [
      line(['CreateKeyspace', '--durability-policy=none', sourceKeyspace]),
      line(['ApplyVSchema', `--vschema-file=${sourceKeyspace}.vschema.json`, sourceKeyspace]),
      `${shellCommand([
        'vttablet',
        '--unmanaged',
        `--tablet-path=${cell}-100`,
        `--init-keyspace=${sourceKeyspace}`,
        `--init-shard=${shards.source}`,
        '--init-tablet-type=replica',
        `--init-db-name-override=${database}`,
        '--db-host=SOURCE_HOST',
        '--db-port=3306',
      ])} …`,
      line(['TabletExternallyReparented', `${cell}-100`]),
    ],
    back: [
      'Point the application at the source MySQL again, and stop the vttablet.',
      line(['DeleteKeyspace', '--recursive', sourceKeyspace]),
      `DROP DATABASE ${quoteName(sidecar)}; -- on the source MySQL`,
    ],
  };
}

function provision({ workflow, shards, cell }: RunbookNames): Page {
  const { targetKeyspace } = workflow;
  const served = ['vttablet', `--init-keyspace=${targetKeyspace}`, `--init-shard=${shards.target}`];
  return {
    about: `A keyspace ${targetKeyspace} on MySQLs that Vitess manages: a primary, replicas, rdonlys.`,
    commands: [
      line(['CreateKeyspace', '--durability-policy=semi_sync', targetKeyspace]),
      `mysqlctl init and ${shellCommand(served)} … for each tablet`,
      line(['PlannedReparentShard', `${targetKeyspace}/${shards.target}`, `--new-primary=${cell}-200`]),
    ],
    back: ['Stop the tablets.', line(['DeleteKeyspace', '--recursive', targetKeyspace])],
  };
}

function vdiff({ workflow, reverse }: RunbookNames, writes: Side): Page {
  const name = writes === 'source' ? workflow : reverse;
  const follower =
    ' It reads a follower of the target, for which Vitess 24 does not wait: if a table differs, compare it again with --tablet-types=primary.';
  return {
    about: `Compares every row of both sides. Go on when it has completed without a mismatch.${writes === 'source' ? follower : ''}`,
    commands: [line(vdiffCreateCommand(name).args), line(vdiffShowCommand(name, 'last').args)],
    back: writes === 'source' ? [cancel(workflow)] : allBack(workflow),
  };
}

function cancel(workflow: WorkflowName): string {
  return line(cancelCommand(workflow).args);
}

/** Reads and writes go back to the source. */
function allBack(workflow: WorkflowName): string[] {
  return [traffic(workflow, 'reverse', 'reads'), traffic(workflow, 'reverse', 'writes')];
}

function traffic(name: WorkflowName, direction: 'forward' | 'reverse', types: TrafficTypes): string {
  return line(trafficCommand(name, { direction, types, timeoutMs: SWITCH_TIMEOUT_MS }).args);
}

function line(args: readonly string[]): string {
  return commandLine(args);
}

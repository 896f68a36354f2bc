import type { StepName, PhaseName } from '../history/steps.ts';
import type { Side } from '../side.ts';
import { keyspacesCommand } from '../vtctl/keyspaces.ts';
import {
  cancelCommand,
  completeCommand,
  createCommand,
  listCommand,
  showCommand,
  trafficCommand,
  type CreateOptions,
  type TrafficTypes,
  type WorkflowName,
} from '../vtctl/move-tables.ts';
import { routingRulesCommand } from '../vtctl/routing-rules.ts';
import { shardCommand, shardsCommand } from '../vtctl/shards.ts';
import { tabletsCommand } from '../vtctl/tablets.ts';
import { vdiffCreateCommand, vdiffShowCommand } from '../vtctl/vdiff.ts';
import { vschemaCommand } from '../vtctl/vschema.ts';
import { commandLine, type VtctlCommand } from '../vtctl/vtctl.ts';
import { sequenceOf, type SequenceEnd } from './sequence.ts';
import { SWITCH_TIMEOUT_MS } from './switch.ts';

/** Everything that decides which commands a rehearsal on running servers sends to vtctld. */
export interface RehearsalPlan {
  readonly workflow: WorkflowName;
  readonly reverse: WorkflowName;
  readonly create: CreateOptions;
  /** The name of the one shard of each keyspace. */
  readonly shards: Readonly<Record<Side, string>>;
  readonly end: SequenceEnd;
  readonly hasMysqls: boolean;
  /** Whether to continue a workflow that exists, rather than create one. */
  readonly resumes: boolean;
}

export interface PlannedStep {
  readonly name: StepName | PhaseName;
  /** The commands in order; a command that is repeated until a condition holds is listed once. */
  readonly commands: readonly string[];
}

/** A placeholder for the name of a VDiff, which each run generates. */
export const PLANNED_UUID = 'UUID';

/** Returns every command of the sequence, from the same code that a run uses. No server is asked. */
export function plan(parts: RehearsalPlan): PlannedStep[] {
  const { workflow, create, end } = parts;
  const steps = sequenceOf(end);
  const planned = steps.map(({ name, writes }) => step(name, COMMANDS[name](parts, writes)));
  const { writes } = steps.at(-1)!;
  const looksAtRest = [...(parts.hasMysqls ? [showCommand(runningOf(writes, parts))] : []), ...looks(writes, parts)];
  const atRest = [step('rest', looksAtRest), step('vdiffAtRest', vdiff(runningOf(writes, parts)))];
  const [sources, targets] = [create.sourceKeyspace, workflow.targetKeyspace];
  const beforeEnd = end === 'leave' ? planned.length : -1;
  return [
    step('cluster', [keyspacesCommand(), shardsCommand(sources), shardsCommand(targets)]),
    ...planned.slice(0, beforeEnd),
    ...atRest,
    ...planned.slice(beforeEnd),
  ];
}

type Commands = (parts: RehearsalPlan, writes: Side) => readonly VtctlCommand[];

/** What each step sends; `writes` is the side that serves writes after the step. */
const COMMANDS: Readonly<Record<StepName, Commands>> = {
  adopt: (parts) => [
    sourceShard(parts),
    vschemaCommand(parts.create.sourceKeyspace),
    ...lists(parts),
    routingRulesCommand(),
  ],
  provision: (parts) => [targetShard(parts), tabletsCommand(parts.workflow.targetKeyspace)],
  create: (parts) => [
    showCommand(parts.workflow),
    ...(parts.resumes ? [] : [createCommand(parts.workflow, parts.create)]),
    routingRulesCommand(),
    sourceShard(parts),
    targetShard(parts),
  ],
  copy: ({ workflow }) => [showCommand(workflow)],
  vdiff: (parts, writes) => vdiff(runningOf(writes, parts)),
  switchReads: (parts, writes) => traffic('forward', 'reads', writes, parts),
  switchWrites: (parts, writes) => traffic('forward', 'writes', writes, parts),
  reverseReads: (parts, writes) => traffic('reverse', 'reads', writes, parts),
  reverseWrites: (parts, writes) => traffic('reverse', 'writes', writes, parts),
  complete: (parts) => [
    showCommand(parts.workflow),
    routingRulesCommand(),
    completeCommand(parts.workflow, 'keep'),
    ...leftovers(parts),
  ],
  cancel: (parts) => [showCommand(parts.workflow), cancelCommand(parts.workflow), ...leftovers(parts)],
};

function lists({ workflow, create }: RehearsalPlan): VtctlCommand[] {
  return [listCommand(workflow.targetKeyspace), listCommand(create.sourceKeyspace)];
}

function leftovers(parts: RehearsalPlan): VtctlCommand[] {
  return [sourceShard(parts), targetShard(parts), ...lists(parts), routingRulesCommand()];
}

function traffic(
  direction: 'forward' | 'reverse',
  types: TrafficTypes,
  writes: Side,
  parts: RehearsalPlan,
): VtctlCommand[] {
  const { workflow, reverse } = parts;
  const running = direction === 'forward' ? workflow : reverse;
  return [
    routingRulesCommand(),
    // This asks whether the running stream can continue, and for its lag just before if no MySQL can be asked.
    showCommand(running),
    ...(types === 'writes' ? [vdiffShowCommand(running, 'all')] : []),
    trafficCommand(workflow, { direction, types, timeoutMs: SWITCH_TIMEOUT_MS }),
    ...looks(writes, parts),
  ];
}

/** Where traffic goes: the side that serves writes is looked at first. */
function looks(writes: Side, parts: RehearsalPlan): VtctlCommand[] {
  const shards = [sourceShard(parts), targetShard(parts)];
  const shows = [showCommand(parts.workflow), showCommand(parts.reverse)];
  if (writes === 'source') return [routingRulesCommand(), ...shards, ...shows];
  return [routingRulesCommand(), ...shards.toReversed(), ...shows.toReversed()];
}

function sourceShard({ create, shards }: RehearsalPlan): VtctlCommand {
  return shardCommand(`${create.sourceKeyspace}/${shards.source}`);
}

function targetShard({ workflow, shards }: RehearsalPlan): VtctlCommand {
  return shardCommand(`${workflow.targetKeyspace}/${shards.target}`);
}

/** The workflow that runs while this side serves writes. */
function runningOf(writes: Side, { workflow, reverse }: RehearsalPlan): WorkflowName {
  return writes === 'source' ? workflow : reverse;
}

function step(name: PlannedStep['name'], commands: readonly VtctlCommand[]): PlannedStep {
  return { name, commands: [...new Set(commands.map(({ args }) => commandLine(args)))] };
}

function vdiff(name: WorkflowName): VtctlCommand[] {
  return [vdiffCreateCommand(name, PLANNED_UUID), vdiffShowCommand(name, PLANNED_UUID), showCommand(name)];
}

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

/** A placeholder for the name of a VDiff, which each run generates anew. */
export const PLANNED_UUID = 'UUID';

/** Returns every command of the sequence, made by the code that makes those that are run. No server is asked. */
export function plan(parts: RehearsalPlan): PlannedStep[] {
  const { workflow, create, end } = parts;
  const steps = sequenceOf(end);
  const planned = steps.map(({ name, writes }) => step(name, commandsOf(name, writes, parts)));
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

/** @param writes the side that serves writes after the step. */
function commandsOf(name: StepName, writes: Side, parts: RehearsalPlan): readonly VtctlCommand[] {
  const { workflow, create, resumes } = parts;
  const { sourceKeyspace: sources } = create;
  const { targetKeyspace: targets } = workflow;
  const [sourceShard, targetShard] = shardsOf('source', parts);
  const lists = [listCommand(targets), listCommand(sources)];
  const leftovers = [sourceShard, targetShard, ...lists, routingRulesCommand()];
  switch (name) {
    case 'adopt':
      return [sourceShard, vschemaCommand(sources), ...lists, routingRulesCommand()];
    case 'provision':
      return [targetShard, tabletsCommand(targets)];
    case 'create': {
      const made = resumes ? [] : [createCommand(workflow, create)];
      return [showCommand(workflow), ...made, routingRulesCommand(), sourceShard, targetShard];
    }
    case 'copy':
      return [showCommand(workflow)];
    case 'vdiff':
      return vdiff(runningOf(writes, parts));
    case 'switchReads':
      return traffic('forward', 'reads', writes, parts);
    case 'switchWrites':
      return traffic('forward', 'writes', writes, parts);
    case 'reverseReads':
      return traffic('reverse', 'reads', writes, parts);
    case 'reverseWrites':
      return traffic('reverse', 'writes', writes, parts);
    case 'complete':
      return [showCommand(workflow), routingRulesCommand(), completeCommand(workflow, 'keep'), ...leftovers];
    case 'cancel':
      return [showCommand(workflow), cancelCommand(workflow), ...leftovers];
  }
}

function traffic(
  direction: 'forward' | 'reverse',
  types: TrafficTypes,
  writes: Side,
  parts: RehearsalPlan,
): VtctlCommand[] {
  const { workflow, reverse } = parts;
  return [
    routingRulesCommand(),
    // About the running stream: whether it can go on, and its lag just before, if no MySQL can be asked for it.
    showCommand(direction === 'forward' ? workflow : reverse),
    trafficCommand(workflow, { direction, types, timeoutMs: SWITCH_TIMEOUT_MS }),
    ...looks(writes, parts),
  ];
}

/** Where traffic goes: the side that serves writes is looked at first. */
function looks(writes: Side, parts: RehearsalPlan): VtctlCommand[] {
  const shows = [showCommand(parts.workflow), showCommand(parts.reverse)];
  const shards = shardsOf(writes, parts);
  return [routingRulesCommand(), ...shards, ...(writes === 'source' ? shows : shows.toReversed())];
}

function shardsOf(first: Side, { workflow, create, shards }: RehearsalPlan): [VtctlCommand, VtctlCommand] {
  const source = shardCommand(`${create.sourceKeyspace}/${shards.source}`);
  const target = shardCommand(`${workflow.targetKeyspace}/${shards.target}`);
  return first === 'source' ? [source, target] : [target, source];
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

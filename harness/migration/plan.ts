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
import { SWITCH_TIMEOUT_MS } from './switch.ts';

/** Everything that decides which commands a rehearsal on running servers sends to vtctld. */
export interface RehearsalPlan {
  readonly workflow: WorkflowName;
  readonly reverse: WorkflowName;
  readonly create: CreateOptions;
  /** The name of the one shard of each keyspace. */
  readonly shards: Readonly<Record<Side, string>>;
  readonly end: 'complete' | 'cancel' | 'leave';
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
  const { workflow, reverse, create, end, hasMysqls, resumes } = parts;
  const sources = create.sourceKeyspace;
  const targets = workflow.targetKeyspace;
  const lists = [listCommand(targets), listCommand(sources)];
  const sourceShard = shardCommand(`${sources}/${parts.shards.source}`);
  const targetShard = shardCommand(`${targets}/${parts.shards.target}`);
  const shards = (first: Side): VtctlCommand[] =>
    first === 'source' ? [sourceShard, targetShard] : [targetShard, sourceShard];
  const shows = (first: Side): VtctlCommand[] => {
    const both = [showCommand(workflow), showCommand(reverse)];
    return first === 'source' ? both : both.toReversed();
  };
  const looks = (writes: Side) => [routingRulesCommand(), ...shards(writes), ...shows(writes)];
  /** @param writes the side that serves writes afterwards. */
  const traffic = (direction: 'forward' | 'reverse', types: TrafficTypes, writes: Side): VtctlCommand[] => [
    routingRulesCommand(),
    // About the running stream: whether it can go on, and its lag just before, if no MySQL can be asked for it.
    showCommand(direction === 'forward' ? workflow : reverse),
    trafficCommand(workflow, { direction, types, timeoutMs: SWITCH_TIMEOUT_MS }),
    ...looks(writes),
  ];
  const forward = [
    step('switchReads', traffic('forward', 'reads', 'source')),
    step('switchWrites', traffic('forward', 'writes', 'target')),
    step('vdiff', vdiff(reverse)),
  ];
  const last: Side = end === 'complete' ? 'target' : 'source';
  const running = last === 'source' ? workflow : reverse;
  const leftovers = [...shards('source'), ...lists, routingRulesCommand()];
  return [
    step('cluster', [keyspacesCommand(), shardsCommand(sources), shardsCommand(targets)]),
    step('adopt', [sourceShard, vschemaCommand(sources), ...lists, routingRulesCommand()]),
    step('provision', [targetShard, tabletsCommand(targets)]),
    step('create', [
      showCommand(workflow),
      ...(resumes ? [] : [createCommand(workflow, create)]),
      routingRulesCommand(),
      ...shards('source'),
    ]),
    step('copy', [showCommand(workflow)]),
    step('vdiff', vdiff(workflow)),
    ...forward,
    step('reverseReads', traffic('reverse', 'reads', 'target')),
    step('reverseWrites', traffic('reverse', 'writes', 'source')),
    step('vdiff', vdiff(workflow)),
    ...(end === 'complete' ? forward : []),
    step('rest', [...(hasMysqls ? [showCommand(running)] : []), ...looks(last)]),
    step('vdiffAtRest', vdiff(running)),
    ...(end === 'complete'
      ? [
          step('complete', [
            showCommand(workflow),
            routingRulesCommand(),
            completeCommand(workflow, 'keep'),
            ...leftovers,
          ]),
        ]
      : []),
    ...(end === 'cancel' ? [step('cancel', [showCommand(workflow), cancelCommand(workflow), ...leftovers])] : []),
  ];
}

function step(name: PlannedStep['name'], commands: readonly VtctlCommand[]): PlannedStep {
  return { name, commands: [...new Set(commands.map(({ args }) => commandLine(args)))] };
}

function vdiff(name: WorkflowName): VtctlCommand[] {
  return [vdiffCreateCommand(name, PLANNED_UUID), vdiffShowCommand(name, PLANNED_UUID), showCommand(name)];
}

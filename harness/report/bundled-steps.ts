import { parse } from 'shell-quote';
import { safeWords } from './safe-words.ts';

/**
 * The commands for vtctld that a run sends, with their actions and options; any other word becomes `…`.
 */
const COMMANDS: ReadonlySet<string> = new Set(
  (
    'MoveTables VDiff Workflow ApplyVSchema GetVSchema GetKeyspaces CreateKeyspace DeleteKeyspace GetRoutingRules ' +
    'ApplyRoutingRules ReloadSchemaKeyspace FindAllShardsInKeyspace GetShard GetTablets TabletExternallyReparented ' +
    'PlannedReparentShard show list create start stop switchtraffic reversetraffic complete cancel delete ' +
    '--format --keyspace --source-keyspace --all-tables --atomic-copy --tables --tablet-types --defer-secondary-keys ' +
    '--timeout --target-keyspace --workflow --vschema --keep-data --rename-tables --durability-policy --new-primary ' +
    '--include-logs --include-primary --rules --verbose'
  ).split(' '),
);

/**
 * Returns `steps.log` without values: when each step began and ended, in words that can only be this program's, and the
 * names of commands and of their options. All lines of an error but the first are left out.
 *
 * @param names the names that may stay, and their replacements.
 */
export function bundledSteps(log: string, names: ReadonlyMap<string, string>): { text: string; leftOut: number } {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const kept = lines.flatMap((line) => {
    const [, at, word, said] = /^\[ *(\d+\.\d)s\] (start|pass|fail|unknown|note|\.\.\.) +(.*)$/.exec(line) ?? [];
    if (at !== undefined && word !== undefined) {
      const command = /^\$ vtctldclient (.*)$/.exec(said ?? '')?.[1];
      const shown = command === undefined ? safeWords(said ?? '', names) : commandOf(command);
      return [`[${at.padStart(7)}s] ${word.padEnd(7)}  ${shown}`];
    }
    const [, command] = /^ {20}\$ vtctldclient (.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [`${' '.repeat(20)}${commandOf(command)}`];
  });
  return { text: kept.map((line) => `${line}\n`).join(''), leftOut: lines.length - kept.length };
}

function commandOf(text: string): string {
  const words = parse(text).map((word) => {
    if (typeof word !== 'string') return '…';
    const [name = ''] = word.split('=', 1);
    if (!COMMANDS.has(name)) return '…';
    return name === word ? name : `${name}=…`;
  });
  return `$ vtctldclient ${words.join(' ')}`;
}

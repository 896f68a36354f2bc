import type { RunLine } from '../history/lines.ts';
import { adviceOn, type FailedStep, type NextStep } from './advice.ts';
import { amountText } from './estimate-table.ts';
import { formatQuantity } from './format.ts';
import { notExercised, notExercisedInShort } from './not-exercised.ts';
import type { RunResult } from './verdict.ts';

/** What a history has in addition to the result. */
export interface NextStepFacts {
  readonly run: Pick<RunLine, 'again' | 'flags' | 'plannedSteps'>;
  readonly failed: readonly FailedStep[];
  readonly hasRunbook: boolean;
}

/** If there are more causes than this, only the reasons list them. */
const MOST_CAUSES = 2;

/** Returns what to do next, depending on the decision, in at most three points. */
export function nextSteps(result: RunResult, facts: NextStepFacts): readonly NextStep[] {
  return AFTER[result.decision.verdict](result, facts);
}

const AFTER: Readonly<Record<RunResult['decision']['verdict'], typeof nextSteps>> = {
  go: afterGo,
  'no-go': afterNoGo,
  unknown: afterUnknown,
};

function afterGo(result: RunResult, { run, hasRunbook }: NextStepFacts): readonly NextStep[] {
  return [
    { about: 'Before the real cutover', ...whatToSet(result, run) },
    { about: 'Not exercised', ...whatIsOpen(result, run) },
    hasRunbook
      ? { about: 'Then', text: 'Follow the runbook: the commands of this run, each with its way back.', see: 'runbook' }
      : { about: 'Then', text: 'Rehearse the whole sequence, which leaves a runbook; this run was only a part of it.' },
  ];
}

function whatToSet({ preflight, estimate }: RunResult, { flags }: NextStepFacts['run']): Omit<NextStep, 'about'> {
  const rules = [...new Set(preflight.filter(({ severity }) => severity === 'warning').map(({ rule }) => rule))];
  const retention = estimate?.quantities.find(({ id }) => id === 'retention');
  const parts = [
    ...(rules.length === 0 ? [] : [`settle preflight’s warnings (${rules.join(', ')})`]),
    ...(retention === undefined
      ? ['let the source keep its binary logs for longer than copy, catch-up and the last switch take together']
      : [
          `let the source keep its binary logs for ${amountText(retention, retention.high ?? retention.likely)} or more`,
        ]),
    ...(flags === undefined ? [] : ['give vtgate and the tablets the flags that are listed at the end of this page']),
  ];
  const text = `${parts.join('; ')}.`;
  return { text: text[0]!.toUpperCase() + text.slice(1), ...(rules.length === 0 ? {} : { see: 'preflight' }) };
}

function whatIsOpen(result: RunResult, { plannedSteps }: NextStepFacts['run']): Omit<NextStep, 'about'> {
  if (result.exercised === undefined || result.exercised.length === 0)
    return { text: 'The application’s own statements did not run, so this says nothing about them.' };
  const short = notExercisedInShort(notExercised(result, plannedSteps));
  if (short === '') return { text: 'Nothing that a rehearsal can check was left out.', see: 'exercised' };
  return { text: `${short}. The verdict says nothing about these.`, see: 'exercised' };
}

function afterNoGo(result: RunResult, { run, failed }: NextStepFacts): readonly NextStep[] {
  const { reasons } = result.decision;
  const all = reasons.map((reason) => adviceOn(reason, result, failed));
  // Two reasons with one remedy are one cause.
  const causes = all.filter(({ about, text }, at) => all.findIndex((e) => e.about === about && e.text === text) === at);
  const more = causes.length - MOST_CAUSES;
  const others = more > 0 ? ` The reasons above have ${formatQuantity(more, 'more causes')}.` : '';
  return [
    ...causes.slice(0, MOST_CAUSES),
    rerun('When that is fixed', `Rehearse again with the same seed.${others}`, run),
  ];
}

function afterUnknown(result: RunResult, { run, failed }: NextStepFacts): readonly NextStep[] {
  const [first = 'nothing says why', ...others] = result.decision.reasons;
  const advice = adviceOn(first, result, failed);
  const more =
    others.length > 0
      ? ` There ${others.length === 1 ? 'is' : 'are'} ${formatQuantity(others.length, 'more reasons')} above.`
      : '';
  const inTheWay = advice.text === first ? `${first}.` : `${first}. ${advice.text}`;
  const short = notExercisedInShort(notExercised(result, run.plannedSteps));
  return [
    { ...advice, about: 'What got in the way', text: `${inTheWay}${more}` },
    {
      about: 'What is therefore not known',
      text: short === '' ? 'Whether the migration works: this run is no evidence for or against it.' : `${short}.`,
      ...(short === '' ? {} : { see: 'exercised' }),
    },
    rerun('Then', 'Run it again.', run),
  ];
}

function rerun(about: string, text: string, { again }: NextStepFacts['run']): NextStep {
  return { about, text, ...(again === undefined ? {} : { code: again }) };
}

import type { Verdict } from '../history/steps.ts';
import { amountOf } from './decision-table.ts';
import type { RunResult } from './verdict.ts';

interface Case {
  readonly name: string;
  readonly seconds?: number;
  /** Null if it passed. `unknown` becomes an error, which is JUnit's word for an undetermined result. */
  readonly problem: { readonly verdict: Exclude<Verdict, 'pass'>; readonly said: string } | null;
}

/** Returns a run as JUnit XML, which CI systems read: steps, limits, invariants and preflight, with a case for each. */
export function junit(run: RunResult): string {
  const suites = [
    suite('steps', stepCases(run)),
    suite('limits', limitCases(run)),
    suite('invariants', invariantCases(run)),
    suite('preflight', preflightCases(run)),
  ];
  const name = escaped(`rehearsal of ${run.fixture}: ${run.decision.verdict}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}">\n${suites.join('')}</testsuites>\n`;
}

function stepCases({ steps, phases, reasons }: RunResult): Case[] {
  return [...phases, ...steps].map(({ name, durationMs, verdict }, at) => ({
    name: `${at + 1} ${name}`,
    seconds: durationMs / 1000,
    problem: problemOf(verdict, reasons.filter((reason) => reason.startsWith(`${name}: `)).join('\n')),
  }));
}

function limitCases({ decision }: RunResult): Case[] {
  return decision.thresholds.map((threshold) => {
    const { title, measured, limit, met, excuse } = threshold;
    if (measured === null || met === null) return { name: title, problem: problemOf('unknown', 'not measured') };
    const said = `${amountOf(threshold, measured)}, limit ${amountOf(threshold, limit)}`;
    if (excuse !== undefined)
      return { name: title, problem: problemOf('unknown', `${said}; not judged, as ${excuse}`) };
    return { name: title, problem: problemOf(met ? 'pass' : 'fail', said) };
  });
}

function invariantCases({ invariants }: RunResult): Case[] {
  return invariants
    .filter(({ verdict, judged }) => verdict !== 'unknown' || judged > 0)
    .map(({ id, verdict, findings, reason }) => ({
      name: id,
      problem: problemOf(verdict, [reason ?? [], findings.map(({ what }) => what)].flat().join('\n')),
    }));
}

function preflightCases({ preflight }: RunResult): Case[] {
  return preflight.map(({ rule, severity, what, where, why, mend }) => ({
    name: `${rule} ${where}`,
    problem: problemOf(severity === 'blocker' ? 'fail' : 'pass', [what, why, mend ?? []].flat().join('\n')),
  }));
}

function problemOf(verdict: Verdict, said: string): Case['problem'] {
  return verdict === 'pass' ? null : { verdict, said: said === '' ? verdict : said };
}

function suite(name: string, cases: readonly Case[]): string {
  const count = (verdict: Verdict) => cases.filter(({ problem }) => problem?.verdict === verdict).length;
  const counts = `tests="${cases.length}" failures="${count('fail')}" errors="${count('unknown')}"`;
  return `  <testsuite name="${name}" ${counts}>\n${cases.map((each) => caseOf(name, each)).join('')}  </testsuite>\n`;
}

function caseOf(suiteName: string, { name, seconds, problem }: Case): string {
  const time = seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;
  const head = `    <testcase classname="roundtrip.${suiteName}" name="${escaped(name)}"${time}`;
  if (problem === null) return `${head}/>\n`;
  const kind = problem.verdict === 'fail' ? 'failure' : 'error';
  const [message = ''] = problem.said.split('\n');
  return `${head}>\n      <${kind} message="${escaped(message)}">${escaped(problem.said)}</${kind}>\n    </testcase>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Removes characters that XML 1.0 does not allow at all, and that a server’s message may contain. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones meant
  return text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '?').replaceAll(/[&<>"]/g, (found) => ESCAPES[found]!);
}

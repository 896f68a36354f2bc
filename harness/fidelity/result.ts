import type { Side } from '../side.ts';
import type { CaseResult } from './declared.ts';

/** What ran, and with which settings. */
export interface FidelitySettings {
  /** The day of the run, such as `2026-11-28`. */
  readonly on: string;
  readonly vitess: string;
  /** `--vreplication-experimental-flags` of the tablets that ran. */
  readonly experimentalFlags: Readonly<Record<Side, string>>;
  /** Variables of both servers by name, including `version`. */
  readonly variables: readonly { readonly name: string; readonly source: string; readonly target: string }[];
}

/** The outcomes of all cases, as in `artifacts/fidelity.json`. */
export interface FidelityResult extends FidelitySettings {
  readonly cases: readonly CaseResult[];
  /** Cases that need a newer MySQL than the one that ran. */
  readonly leftOut: readonly { readonly name: string; readonly needs: string }[];
  /** What happened although it was not declared, and what was declared but did not happen. */
  readonly surprises: readonly string[];
  /** The folder of the run. */
  readonly run: string;
}

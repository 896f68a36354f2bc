import { styleText } from 'node:util';
import type { Verdict } from '../history/steps.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** The caller has already asked the terminal, so the style does not check a stream again. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

export const VERDICT_STYLE = { pass: 'green', fail: 'red', unknown: 'yellow' } as const satisfies Record<
  Verdict,
  Style
>;

/** A decision has the colour of the verdict that it is closest to. */
export const DECISION_STYLE = { go: 'green', 'no-go': 'red', unknown: 'yellow' } as const;

export const VERDICT_MARK = { pass: '✔', fail: '✖', unknown: '?' } as const satisfies Record<Verdict, string>;

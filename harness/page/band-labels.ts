import type { Band } from './chart.ts';

/** The width of a label in pixels: a whole name, or a number or letter. */
const NAME_PIXELS = 80;
const SHORT_PIXELS = 16;

/**
 * Returns the label above each band: its name if there is room for all names, otherwise a short one. If even these
 * would overlap, the first band of a group has the labels of all, and the others have none.
 *
 * @param msPerPixel how much time a pixel of the plot represents.
 */
export function bandLabels(bands: readonly Band[], msPerPixel: number, isNarrow: boolean): ReadonlyMap<Band, string> {
  const sorted = bands.filter(({ kind }) => kind !== 'step').toSorted((a, b) => a.fromMs - b.fromMs);
  const isCrowded = sorted.some(
    ({ fromMs }, at) => at > 0 && fromMs - sorted[at - 1]!.fromMs < NAME_PIXELS * msPerPixel,
  );
  if (!isNarrow && !isCrowded) return new Map(sorted.map((band) => [band, band.name]));
  const labels = new Map<Band, string>();
  let first: Band | undefined;
  for (const band of sorted) {
    const short = band.short ?? band.name;
    if (first === undefined || band.fromMs - first.fromMs >= SHORT_PIXELS * msPerPixel) {
      first = band;
      labels.set(band, short);
    } else {
      labels.set(first, `${labels.get(first)!},${short}`);
    }
  }
  return labels;
}

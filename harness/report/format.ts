const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const UNKNOWN = '?';

/** Formats a duration in milliseconds as `812 ms`, `12.3 s`, `2 m 05 s` or `1 h 02 m`; `?` when it is not a number. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return UNKNOWN;
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  // Each unit is chosen after rounding, so no text says "1000 ms" or "60.0 s".
  const ms = Math.round(durationMs);
  if (ms < 1000) return `${ms} ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  const minutes = Math.round(durationMs / 60_000);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`;
}

/** Formats a duration in milliseconds that is still running, as `0.8 s`; milliseconds would only flicker. */
export function formatClock(elapsedMs: number): string {
  const ms = Math.max(0, elapsedMs);
  return ms < 1000 ? `${(Math.floor(ms / 100) / 10).toFixed(1)} s` : formatDuration(ms);
}

/** Formats a whole number with separators, as `400,000`. */
export function formatCount(count: number | bigint): string {
  if (typeof count === 'number' && !Number.isFinite(count)) return UNKNOWN;
  const text = counts.format(count);
  return text === '-0' ? '0' : text;
}

/** Formats units per second as `72.1k rows/s`, `812 rows/s` or, when it is slow, `3.4 rows/s`. */
export function formatRate(perSecond: number, unit = 'rows'): string {
  if (!Number.isFinite(perSecond)) return UNKNOWN;
  const slow = Math.abs(perSecond) < 9.95 && perSecond !== 0;
  return `${slow ? perSecond.toFixed(1) : scaled(perSecond, ['', 'k', 'M', 'G'])} ${unit}/s`;
}

/** Formats a size in bytes as `512 B` or `48.2 MB`; a kilobyte is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  return Number.isFinite(bytes) ? scaled(bytes, [' B', ' kB', ' MB', ' GB', ' TB']) : UNKNOWN;
}

/** Formats `3 rows` or `1 row`; pass units in the plural. */
export function formatQuantity(count: number, unit: string): string {
  return `${formatCount(count)} ${count === 1 && unit.endsWith('s') ? unit.slice(0, -1) : unit}`;
}

function scaled(value: number, suffixes: readonly string[]): string {
  let rest = value;
  let thousands = 0;
  const text = () => (thousands === 0 ? Math.round(rest).toString() : rest.toFixed(1));
  while (Math.abs(Number(text())) >= 1000 && thousands < suffixes.length - 1) {
    rest /= 1000;
    thousands += 1;
  }
  return `${text()}${suffixes[thousands] ?? ''}`;
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}

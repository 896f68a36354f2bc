import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The text of a golden file of this folder, to be compared with `actual`. A missing file is an error, never a new
 * golden file by itself; the variable UPDATE_GOLDEN=1 writes `actual` into it, for a person to look at the difference.
 */
export function golden(name: string, actual: string): string {
  const file = new URL(name, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  return readFileSync(file, 'utf8');
}

import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Returns the text of a golden file in this folder, to compare with `actual`. A missing file is an error, and is never
 * created automatically. UPDATE_GOLDEN=1 writes `actual` into it, so that a person can look at the difference.
 */
export function golden(name: string, actual: string): string {
  const file = new URL(name, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  return readFileSync(file, 'utf8');
}

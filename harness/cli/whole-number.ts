import { InvalidArgumentError } from 'commander';

/** Parses the value of an option. @throws InvalidArgumentError. */
export function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

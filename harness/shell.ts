import { quote } from 'shell-quote';

/** Words that every POSIX shell takes literally; the library would put a backslash before each comma in them. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Returns a command that a person can paste into a POSIX shell, which reads these same words back from it. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : quote([word]))).join(' ');
}

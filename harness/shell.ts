import { quote } from 'shell-quote';

/** Words that mean themselves in every POSIX shell; the library would put a backslash before each comma of these. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command as a person can paste it into a POSIX shell, which reads these words from it again. */
export function shellCommand(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : quote([word]))).join(' ');
}

import { z } from 'zod';
import { trouble } from '../errors.ts';

const variables = z.object({ cmdline: z.array(z.string()) });

const FLAG = '--vreplication-experimental-flags';

/**
 * Returns the experimental features with which a vttablet streams: those of its arguments, or else its default. Vitess
 * also accepts the name with underscores.
 *
 * @param page `/debug/vars` of the running vttablet, which has its arguments.
 * @param help the output of the same program with `--help`.
 * @throws `unknown` if neither has them.
 */
export function experimentalFlags(page: string, help: string): string {
  const { cmdline } = variables.parse(JSON.parse(page));
  const given = / --vreplication[-_]experimental[-_]flags[= ](\d+)(?= |$)/g;
  const last = [...` ${cmdline.slice(1).join(' ')}`.matchAll(given)].at(-1)?.[1];
  const flags = last ?? /--vreplication[-_]experimental[-_]flags .*\(default (\d+)\)/.exec(help)?.[1];
  if (flags !== undefined) return flags;
  throw trouble({
    what: 'It is not known with which experimental features a vttablet streams.',
    expected: `${FLAG} among its arguments, or its default in its help`,
    seen: [cmdline.join(' '), ...help.split('\n').filter((line) => line.includes('experimental'))].join('\n'),
    where: '/debug/vars, and vttablet --help',
  });
}

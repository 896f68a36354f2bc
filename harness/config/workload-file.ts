import { z } from 'zod';
import { usage } from '../errors.ts';
import { workloadFile } from '../fixture/generators.ts';
import type { Config, ConfigInput } from './config.ts';
import { explainIssues } from './explain-issues.ts';
import { written } from './written.ts';

/** A workload in a file of its own, with the rate at which it was seen. */
const ownFile = workloadFile.extend({ rate: z.number().positive().optional() });

/**
 * Returns the config with the workload of the file that it names. What the config itself says takes precedence: its
 * rate, and its statements and transactions of the same names.
 *
 * @throws usage for a file that does not exist or parse, and for all invalid keys in it, each with its line.
 */
export async function withWorkloadFile(config: Config, raw: ConfigInput): Promise<Config> {
  const { workload } = config;
  if (workload.file === undefined) return config;
  const { value, place } = await written(workload.file, 'workload');
  const parsed = ownFile.safeParse(value);
  if (!parsed.success) {
    // The file is read as if it were part of the config, so that the same keys are valid.
    const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['workload', ...issue.path] }));
    throw usage({
      what: 'The file of the workload does not hold a workload.',
      seen: explainIssues(issues, { workload: value }, (keys) => place(keys.slice(1))).join('\n'),
      where: workload.file,
      next: 'Correct it, or have roundtrip traffic write it again.',
    });
  }
  const { rate, statements, transactions } = parsed.data;
  return {
    ...config,
    workload: {
      ...workload,
      rate: raw.workload?.rate ?? rate ?? workload.rate,
      statements: { ...statements, ...workload.statements },
      transactions: { ...transactions, ...workload.transactions },
    },
  };
}

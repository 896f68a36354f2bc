import type { Config } from '../config/config.ts';
import { parseAccount } from '../preflight/accounts.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import { knownRules } from '../preflight/rules.ts';

/**
 * How a config has a source judged.
 *
 * @throws usage for a rule that is not there, and for an account that is not told as it must be.
 */
export function preflightOptions({ preflight, source }: Config, file: string): PreflightOptions {
  knownRules(preflight.accept, `${file}: preflight.accept`);
  return {
    accept: preflight.accept,
    leftOut: source.leaveOut,
    accounts: preflight.accounts.map(parseAccount),
    ...(preflight.sidecar === undefined ? {} : { sidecar: preflight.sidecar }),
  };
}

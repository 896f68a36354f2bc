import type { Config } from '../config/config.ts';
import { parseAccount } from '../preflight/accounts.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import { knownRules } from '../preflight/rules.ts';

/**
 * Returns how a config wants its source judged.
 *
 * @throws usage for a rule that does not exist, and for an account in the wrong form.
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

import type { Config } from '../config/config.ts';
import { parseAccount } from '../preflight/accounts.ts';
import type { PreflightOptions } from '../preflight/preflight.ts';
import { knownRules } from '../preflight/rules.ts';

/**
 * How a config has a source judged that a rehearsal starts; it has accounts of its own.
 *
 * @throws usage for a rule that is not there, and for an account that is not told as it must be.
 */
export function preflightOptions({ preflight, source }: Config, file: string): PreflightOptions {
  knownRules(preflight.accept, `${file}: preflight.accept`);
  preflight.accounts.map(parseAccount);
  return { accept: preflight.accept, leftOut: source.leaveOut };
}

/** As `preflightOptions`, of a source that runs, with the accounts that Vitess has there. */
export function runningPreflightOptions(config: Config, file: string): PreflightOptions {
  return { ...preflightOptions(config, file), accounts: config.preflight.accounts.map(parseAccount) };
}

import type { PreflightFinding } from '../history/observations.ts';

const LEVELS = { blocker: 'error', warning: 'warning', note: 'note' } as const;

/**
 * Returns findings in the form that code scanning reads (OASIS SARIF 2.1.0).
 *
 * @param file the config, to which every result points, because the problem itself is on a server and has no line.
 */
export function sarif(findings: readonly PreflightFinding[], file: string): string {
  const rules = new Map(findings.map(({ rule, why }) => [rule, why]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'vitess-roundtrip preflight',
            rules: [...rules].map(([id, why]) => ({ id, fullDescription: { text: why } })),
          },
        },
        results: findings.map(({ rule, severity, what, where, table, mend }) => ({
          ruleId: rule,
          level: LEVELS[severity],
          message: { text: mend === null ? what : `${what}\nWhat to do: ${mend}` },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: file } },
              logicalLocations: [{ fullyQualifiedName: where, ...(table === null ? {} : { name: table }) }],
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

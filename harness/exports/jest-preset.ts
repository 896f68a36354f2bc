import type { Config } from 'jest';

/** For `preset: 'vitess-roundtrip'` in another project's Jest config; Jest looks for `vitess-roundtrip/jest-preset`. */
const preset = {
  // Scenarios run one at a time, because on a few cores two clusters would only measure each other.
  maxWorkers: 1,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/scenarios/**/*.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': 'vitess-roundtrip/jest-typescript' },
  globalSetup: 'vitess-roundtrip/jest-global-setup',
} satisfies Config;

export default preset;

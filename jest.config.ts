import type { Config } from 'jest';

const common = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
} satisfies NonNullable<Config['projects']>[number];

const config: Config = {
  // Two at a time, on two cores as well: a cluster waits half of its time, for Vitess' ticks and for disks. Nothing in a
  // scenario is judged by how fast it is; what measures runs alone, outside of Jest.
  maxWorkers: 2,
  testSequencer: '<rootDir>/harness/jest/longest-first.ts',
  // Scenarios set their own; this is for those that only start a command. Jest does not take it of a project.
  testTimeout: 120_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{docker,harness}/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'scenarios',
      testMatch: ['<rootDir>/scenarios/**/*.ts'],
      globalSetup: '<rootDir>/harness/jest/global-setup.ts',
      setupFilesAfterEnv: ['<rootDir>/harness/jest/matchers.ts'],
    },
  ],
};

export default config;

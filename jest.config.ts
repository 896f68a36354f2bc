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
  // One at a time: on a few cores two clusters at once would only measure each other.
  maxWorkers: 1,
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

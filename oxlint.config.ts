import { defineConfig } from 'oxlint';

/**
 * Which folders of `harness/` each one may import, beside itself and the files that stand directly in `harness/`; in the
 * order in which data flows. `harness/README.md` says what each holds.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  fixture: [],
  schema: [],
  history: [],
  vtctl: [],
  config: ['fixture', 'schema'],
  cluster: ['vtctl', 'docker'],
  preflight: ['cluster', 'schema'],
  migration: ['preflight', 'vtctl', 'cluster', 'history', 'schema'],
  nemesis: ['migration', 'vtctl', 'cluster', 'history', 'schema'],
  workload: ['fixture', 'history', 'schema'],
  dump: ['cluster', 'history', 'schema'],
  derive: ['fixture', 'workload', 'history', 'schema'],
  traffic: ['dump', 'derive', 'fixture', 'workload', 'history', 'schema'],
  live: ['dump', 'fixture', 'preflight', 'workload', 'history', 'schema'],
  subject: ['config', 'cluster', 'dump', 'derive', 'live', 'fixture', 'preflight', 'workload', 'history', 'schema'],
  observe: ['workload', 'history', 'schema'],
  'track-record': [],
  fidelity: ['track-record', 'fixture', 'schema'],
  checker: ['history'],
  report: ['history'],
  page: ['history', 'report'],
  estimate: ['history', 'report'],
};
const CORE = Object.keys(MAY_IMPORT);
const CALLERS: typeof MAY_IMPORT = {
  run: [...CORE, 'docker'],
  jest: [...CORE, 'run', 'docker'],
  cli: [...CORE, 'run', 'docker'],
  documentation: [],
  exports: ['jest', 'cli', 'config'],
};
/** Read by a test as well, which compares it with the table of `harness/README.md`. */
export const FOLDERS = { ...MAY_IMPORT, ...CALLERS };

/** Packages that only tests and the folders named here may import. */
const JEST = { name: '@jest/globals', message: 'Only harness/jest/, scenarios/ and tests may import Jest.' };
const ENGINE = ['dockerode', 'testcontainers'].map((name) => {
  return { name, message: 'Only docker/ and harness/cluster/ talk to the engine.' };
});

interface Refused {
  readonly name: string;
  readonly message: string;
}

function refuse(...paths: Refused[]): { 'no-restricted-imports': ['error', { paths: Refused[] }] } {
  return { 'no-restricted-imports': ['error', { paths }] };
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'jest'],
  jsPlugins: ['eslint-plugin-boundaries'],
  categories: { correctness: 'error', suspicious: 'error' },
  settings: {
    'boundaries/elements': [
      ...Object.keys(FOLDERS).map((folder) => ({ type: folder, pattern: `harness/${folder}` })),
      { type: 'docker', pattern: 'docker' },
      { type: 'scenarios', pattern: 'scenarios' },
    ],
    // Those that stand directly in harness/ and that every folder may import.
    'boundaries/files': [{ category: 'shared', pattern: 'harness/*.ts' }],
  },
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/only-throw-error': 'error',
    'import/no-cycle': 'error',
    eqeqeq: 'error',
    'no-console': 'error',
    'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
    ...refuse(JEST, ...ENGINE),
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'boundaries/dependencies': [
      'error',
      {
        default: 'allow',
        policies: [
          ...Object.entries({ ...FOLDERS, docker: ['history'] }).map(([folder, allowed]) => ({
            from: { element: { type: folder } },
            disallow: { to: { element: { types: { noneOf: [folder, ...allowed] } } } },
          })),
          {
            from: { file: { categories: 'shared' } },
            disallow: { to: { element: { types: { anyOf: [...Object.keys(FOLDERS), 'docker', 'scenarios'] } } } },
          },
        ],
      },
    ],
  },
  overrides: [
    {
      files: ['docker/**', 'harness/cluster/**'],
      rules: { ...refuse(JEST), 'typescript/no-unsafe-type-assertion': 'off' },
    },
    { files: ['harness/jest/**'], rules: refuse(...ENGINE) },
    { files: ['scenarios/**', 'example/**', 'jest.config.ts'], rules: { 'no-restricted-imports': 'off' } },
    { files: ['**/*.test.ts'], rules: { 'boundaries/dependencies': 'off', 'no-restricted-imports': 'off' } },
    {
      files: ['scenarios/**'],
      rules: { 'jest/no-standalone-expect': 'off', 'jest/require-top-level-describe': 'off' },
    },
    { files: ['harness/jest/**'], rules: { 'jest/expect-expect': 'off', 'jest/valid-title': 'off' } },
  ],
});

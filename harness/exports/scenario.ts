// A scenario of another project uses `import { expect, scenario } from 'vitess-roundtrip'`.

export { expect } from '../jest/matchers.ts';
export { scenario, type ScenarioOptions, type Stage } from '../jest/scenario.ts';
export { waitFor, type Look, type Wait } from '../wait.ts';

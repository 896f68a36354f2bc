// `import { expect, scenario } from 'vitess-roundtrip'`: what a scenario of another project is written with.

export { expect } from '../jest/matchers.ts';
export { scenario, type ScenarioOptions, type Stage } from '../jest/scenario.ts';
export { waitFor, type Look, type Wait } from '../wait.ts';

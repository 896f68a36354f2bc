// `import type { ConfigInput } from 'vitess-roundtrip/config'`: for a roundtrip.config.ts. Separate from scenarios,
// because those cannot be imported outside Jest.

export type { ConfigInput } from '../config/config.ts';

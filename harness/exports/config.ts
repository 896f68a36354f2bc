// A roundtrip.config.ts uses `import type { ConfigInput } from 'vitess-roundtrip/config'`. This is separate from
// scenarios, which cannot be imported outside Jest.

export type { ConfigInput } from '../config/config.ts';

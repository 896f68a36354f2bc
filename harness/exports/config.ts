// `import type { ConfigInput } from 'vitess-roundtrip/config'`: for a roundtrip.config.ts. Apart from scenarios, as
// those cannot be imported outside of Jest.

export type { ConfigInput } from '../config/config.ts';

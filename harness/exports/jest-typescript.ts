// The function is not imported by name, because this must load on a Node without it, so that the global set-up can say
// what is missing.
import module from 'node:module';

/**
 * A Jest transformer that removes types like Node itself, so that a project needs no other. Lines and columns stay the
 * same. Enums, and anything else that is more than types, need a transformer of the project's own.
 */
const transformer = {
  process: (source: string): { code: string } => ({ code: module.stripTypeScriptTypes(source) }),
};

export default transformer;

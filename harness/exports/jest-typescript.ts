// The function is not imported by its name: this must load on a Node without it, so that the global set-up can say what
// is missing.
import module from 'node:module';

/**
 * A Jest transformer that removes the types as Node itself does, so a project needs no other. Lines and columns stay
 * the same. Enums, and anything else that is more than types, need a transformer of the project's own.
 */
const transformer = {
  process: (source: string): { code: string } => ({ code: module.stripTypeScriptTypes(source) }),
};

export default transformer;

// Not the function by its name: on a Node without it this must load, for the global set-up to tell what is missing.
import module from 'node:module';

/**
 * A Jest transformer that takes the types out as Node itself does, so that a project needs no other. Lines and columns
 * stay where they are. Enums and what else is more than types need a transformer of the project's own.
 */
const transformer = {
  process: (source: string): { code: string } => ({ code: module.stripTypeScriptTypes(source) }),
};

export default transformer;

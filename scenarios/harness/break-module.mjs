import { registerHooks } from 'node:module';

// For `node --import`: puts a bug into one module of the harness, which the product has no switch for. BUG is a list of
// a module, the text in it that the bug stands before, and the bug; see own-bugs.ts.
const bugs = JSON.parse(process.env['BUG'] ?? '[]');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    for (const { module, before, bug } of bugs.filter((each) => url.endsWith(each.module))) {
      const source = String(loaded.source);
      if (!source.includes(before)) throw new Error(`${module} has no ${before}`);
      loaded.source = source.replace(before, () => `${bug} ${before}`);
    }
    return loaded;
  },
});

import type { Fixture } from '../fixture/fixture.ts';
import { loadFixture } from '../workload/load.ts';
import type { Subject } from './subject.ts';

/** A fixture: its schema, and the rows that its seed generates. */
export function fixtureSubject(fixture: Fixture): Subject {
  const { name, tables, vschema } = fixture;
  return {
    name,
    tables,
    vschema,
    load: async ({ connect, seed, onProgress }) => {
      const { rows, rowsPerSecond } = await loadFixture({ connect, fixture, seed, onProgress });
      return {
        rows,
        rowsPerSecond,
        application: fixture,
        foreignKeys: /\bREFERENCES\b/i.test(fixture.schema.join('\n')) ? 'copied' : 'none',
      };
    },
  };
}

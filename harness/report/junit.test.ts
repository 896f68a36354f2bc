import { expect, test } from '@jest/globals';
import { golden } from './golden/golden.ts';
import { FAILED, PASSED, UNKNOWN } from './golden/results.ts';
import { junit } from './junit.ts';

test.each([
  ['junit-pass.xml', PASSED],
  ['junit-fail.xml', FAILED],
  ['junit-unknown.xml', UNKNOWN],
])('%s', (name, run) => {
  const text = junit(run);
  expect(text).toBe(golden(name, text));
});

test('text from a server cannot break the document', () => {
  const [finding] = FAILED.preflight;
  const hostile = { ...finding!, what: 'a <b> & "c" \u0000\u001B[31m]]>' };
  const text = junit({ ...FAILED, preflight: [hostile] });
  expect(text).toContain('a &lt;b&gt; &amp; &quot;c&quot; ??[31m]]&gt;');
});

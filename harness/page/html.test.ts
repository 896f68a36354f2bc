import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { html } from './html.ts';

function unescaped(text = ''): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

test('no value escapes from its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', '/', '`') }), (value) => {
      const { text } = html`<p title="${value}">${value}</p>`;
      const [, attribute, content] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(text) ?? [];
      expect([attribute, content].map(unescaped)).toEqual([value, value]);
    }),
  );
});

test('HTML stays as it is, lists are joined, and null becomes nothing', () => {
  expect(html`${[html`<b>${1}</b>`, html`<i></i>`]}${null}${'<'}`.text).toBe('<b>1</b><i></i>&lt;');
});

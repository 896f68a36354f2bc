import { expect, test } from '@jest/globals';
import { parseAptSources } from './machine.ts';

test('one-line sources, with and without options; comments and source packages are left out', () => {
  const text = [
    'deb http://mirror.example/debian bookworm main',
    'deb [arch=amd64 signed-by=/k.gpg] https://other.example/repo stable main',
    '# deb http://commented.example/debian bookworm main',
    'deb-src http://mirror.example/debian bookworm main',
  ].join('\n');
  expect(parseAptSources(text)).toEqual([
    { uri: 'http://mirror.example/debian', suites: ['bookworm'] },
    { uri: 'https://other.example/repo', suites: ['stable'] },
  ]);
});

test('deb822 stanzas, with several suites and mirrors', () => {
  const text = [
    'Types: deb',
    'URIs: http://one.example/debian http://two.example/debian',
    'Suites: bookworm bookworm-updates',
    'Components: main',
    '',
    'Types: deb-src',
    'URIs: http://sources.example/debian',
    'Suites: bookworm',
  ].join('\n');
  expect(parseAptSources(text)).toEqual([
    { uri: 'http://one.example/debian', suites: ['bookworm', 'bookworm-updates'] },
    { uri: 'http://two.example/debian', suites: ['bookworm', 'bookworm-updates'] },
  ]);
});

test('an empty file has no source', () => {
  expect(parseAptSources('\n\n# nothing\n')).toEqual([]);
});

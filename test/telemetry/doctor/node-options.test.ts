import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preloadedModules, shownOptions, wordsOf } from '../../../src/telemetry/doctor/node-options.ts';

describe('NODE_OPTIONS', () => {
  test.each<[string, string[]]>([
    ['--import a  --require=b', ['--import', 'a', '--require=b']],
    ['--require "./my path/a.js"', ['--require', './my path/a.js']],
    ['--require "a\\"b\\\\c"', ['--require', 'a"b\\c']],
    ['--require=a\\b', ['--require=a\\b']],
    ['""', ['']],
    ['   ', []],
    ['"unclosed one', ['unclosed one']],
  ])('%j is split as Node splits it', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('Node itself splits quotes and escapes in the same way', () => {
    const title = 'a "quoted\\" title';
    const options = `--title="${title.replaceAll(/["\\]/g, '\\$&')}"`;
    const env = { PATH: process.env['PATH'], NODE_OPTIONS: options };
    const script = 'process.stdout.write(process.title)';
    expect(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })).toBe(title);
    expect(wordsOf(options)).toEqual([`--title=${title}`]);
  });

  test('the modules that are loaded before the app', () => {
    const words = wordsOf(
      '--max-old-space-size=99 -r dd-trace/init --import=./a.mjs --experimental-loader x --require',
    );
    expect(preloadedModules(words)).toEqual([
      { option: '--require', specifier: 'dd-trace/init' },
      { option: '--import', specifier: './a.mjs' },
      { option: '--loader', specifier: 'x' },
    ]);
  });

  test.each([
    ['--import rolloutguard/register', '--import rolloutguard/register'],
    [
      '--import=file:///app/node_modules/rolloutguard/dist/register.js',
      '--import file:///app/node_modules/rolloutguard/dist/register.js',
    ],
    ['--import data:text/javascript,secret', '--import [redacted]'],
    ['--title secret --inspect', '--title [redacted] --inspect'],
    ['--secret_Key=1', '[redacted]'],
  ])('%j is shown as %j', (text, shown) => {
    expect(shownOptions(wordsOf(text))).toBe(shown);
  });

  test('any text is read in one pass, and what is shown stays on one short line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const words = wordsOf(text);
        expect(words.join('').length).toBeLessThanOrEqual(text.length);
        expect(shownOptions(words)).toMatch(/^[\x20-\x7e]{0,210}$/);
      }),
    );
    expect(wordsOf('"\\" '.repeat(1_000_000)).length).toBeLessThan(20_000);
  });
});

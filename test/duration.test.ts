import { expect, test } from 'vitest';
import { goDurationText, parseDuration, parseGoDuration } from '../src/duration.ts';

test.each([
  ['90s', 90],
  ['30m', 1800],
  ['1h30m', 5400],
  ['1.5h', 5400],
  ['2d', 172_800],
  ['1d2h3m4s5ms', 93_784.005],
  ['250ms', 0.25],
  ['0s', 0],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds, 9);
});

// Each of these has been somebody's guess at what a number without a unit, or a unit in a wrong place, may mean.
test.each([
  '',
  '30',
  's',
  '30 m',
  '30M',
  '-5m',
  '+5m',
  '1e3s',
  '1m30',
  '30m1h',
  '5m5m',
  '1,5h',
  '.5h',
  '5.m',
  '1w',
  '∞s',
  `${'9'.repeat(400)}s`,
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.each([
  ['90s', 90],
  ['1h30m', 5400],
  ['30m1h', 5400],
  ['5m5m', 600],
  ['.5s', 0.5],
  ['5.m', 300],
  ['-1.5h', -5400],
  ['+2us', 2e-6],
  ['3µs', 3e-6],
  ['4ns', 4e-9],
  ['0', 0],
  ['-0', 0],
  ['2562047h', 2_562_047 * 3600],
])('Go reads %s as %d seconds', (text, seconds) => {
  expect(parseGoDuration(text)).toBeCloseTo(seconds, 9);
});

test.each([
  '',
  '-',
  '30',
  '1d',
  '2w',
  '1 m',
  '.s',
  '1e3s',
  '30M',
  '--5s',
  '1,5h',
  '5m\n',
  '2562048h',
  `${'9'.repeat(400)}s`,
])('Go reads %j as no duration', (text) => {
  expect(parseGoDuration(text)).toBeNull();
});

test.each([
  [90, '1m30s'],
  [300, '5m'],
  [5400, '1h30m'],
  [3601, '1h1s'],
  [1.5, '1s500ms'],
  [0.0004, '0s'],
  [59.9999, '1m'],
  [31_536_000, '8760h'],
])('%d seconds are %s, as Go reads them', (seconds, text) => {
  expect(goDurationText(seconds)).toBe(text);
  expect(parseGoDuration(text)).toBeCloseTo(Math.round(seconds * 1000) / 1000, 9);
});

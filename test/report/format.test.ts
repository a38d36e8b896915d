import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCount,
  formatDuration,
  formatEValue,
  formatLatency,
  formatLatencyTick,
  formatLog,
  formatNumber,
  formatOffset,
  formatPercent,
  formatUtc,
} from '../../src/report/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('numbers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.0123, '0.0123'],
    [0.1 + 0.2, '0.3'],
    [9.999, '10'],
    [12.345, '12.3'],
    [-1234.5, '-1,235'],
    [999_999, '999,999'],
    [1_234_567, '1.23e6'],
    [1e9, '1e9'],
    [1.7e308, '1.7e308'],
    [0.00001234, '1.23e-5'],
    [5e-324, '4.94e-324'],
    [Number.NaN, 'unknown'],
    [Number.POSITIVE_INFINITY, 'unknown'],
  ])('formatNumber(%d) is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [46564, '46,564'],
    [1234567.891, '1,234,567.89'],
    [2e15, '2e15'],
  ])('formatCount(%d) is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.05, '5 %'],
    [0.00615, '0.615 %'],
    [1, '100 %'],
    [0.000001, '< 0.001 %'],
    [0.00001, '0.001 %'],
  ])('formatPercent(%d) is %s', (value, text) => {
    expect(formatPercent(value)).toBe(text);
  });

  it.each([
    [0, '0.00'],
    [-0.001, '0.00'],
    [4.605, '4.61'],
    [-12.3456, '-12.35'],
    [123456, '1.23e5'],
  ])('formatLog(%d) is %s', (value, text) => {
    expect(formatLog(value)).toBe(text);
  });

  it.each([
    [0, '1'],
    [Math.log(122), '122'],
    [-3, '0.05'],
    [1000, '1e434'],
    [-2000, '0'],
  ])('formatEValue(%d) is %s', (logE, text) => {
    expect(formatEValue(logE)).toBe(text);
  });

  it.each([
    [0.52, '0.52 ms'],
    [250, '250 ms'],
    [999, '999 ms'],
    [1250, '1.25 s'],
    [3_600_000, '3,600 s'],
  ])('formatLatency(%d) is %s', (value, text) => {
    expect(formatLatency(value)).toBe(text);
  });

  it('gives all ticks of an axis one unit', () => {
    expect([0, 500, 1000].map((value) => formatLatencyTick(value, 1000))).toEqual(['0 s', '0.5 s', '1 s']);
    expect([0, 250, 500].map((value) => formatLatencyTick(value, 500))).toEqual(['0 ms', '250 ms', '500 ms']);
  });
});

describe('times', () => {
  it.each([
    [0, '0 s'],
    [40, '0 s'],
    [2500, '2.5 s'],
    [9999, '10 s'],
    [59_600, '1 min'],
    [160 * SECOND, '2 min 40 s'],
    [HOUR + 5 * MINUTE, '1 h 5 min'],
    [50 * HOUR, '2 d 2 h'],
    [-90 * SECOND, '-1 min 30 s'],
    [Number.NaN, 'unknown'],
  ])('formatDuration(%d) is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [40 * SECOND, '+40 s'],
    [-40 * SECOND, '-40 s'],
  ])('formatOffset(%d) is %s', (ms, text) => {
    expect(formatOffset(ms)).toBe(text);
  });

  it.each([
    [0, '0:00'],
    [10 * SECOND, '+0:10'],
    [-70 * SECOND, '-1:10'],
    [HOUR + 5 * MINUTE + 20 * SECOND, '+1:05:20'],
    [2500, '+0:02.5'],
    [-2050, '-0:02.05'],
  ])('formatClock(%d) is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_200, '1970-01-01T00:00:01.200Z'],
    [8.64e15 + 1, 'unknown time'],
    [Number.NaN, 'unknown time'],
  ])('formatUtc(%d) is %s', (ms, text) => {
    expect(formatUtc(ms)).toBe(text);
  });
});

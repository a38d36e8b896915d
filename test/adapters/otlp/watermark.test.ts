import { expect, test } from 'vitest';
import { type Reporter, Watermark } from '../../../src/adapters/otlp/watermark.ts';

/** Intervals of 10, exports every 10. */
function watermarkOf(...reporters: Reporter[]): Watermark {
  const watermark = new Watermark(10, 10);
  for (const reporter of reporters) watermark.waitFor(reporter);
  return watermark;
}

test('without senders, an interval closes 1.5 export periods after its end', () => {
  const watermark = watermarkOf();
  expect(watermark.advance(114.9)).toBe(90);
  expect(watermark.advance(115)).toBe(100);
});

test('it closes as soon as all senders have reported past its end', () => {
  const [a, b] = [
    { receivedAtMs: 101, reportedUntilMs: 101 },
    { receivedAtMs: 97, reportedUntilMs: 97 },
  ];
  const watermark = watermarkOf(a, b);
  expect(watermark.advance(102)).toBe(90);
  b.reportedUntilMs = 107;
  b.receivedAtMs = 107;
  expect(watermark.advance(107)).toBe(100);
});

test('a report that ends on the edge is not past it', () => {
  expect(watermarkOf({ receivedAtMs: 100, reportedUntilMs: 100 }).advance(101)).toBe(90);
});

test('a sender that died is waited for as long as a live one may be silent, and no longer', () => {
  const dead = { receivedAtMs: 95, reportedUntilMs: 95 };
  const live = { receivedAtMs: 109, reportedUntilMs: 109 };
  const watermark = watermarkOf(dead, live);
  expect(watermark.advance(109)).toBe(90);
  expect(watermark.isWaiting).toBe(true);
  live.receivedAtMs = 111;
  live.reportedUntilMs = 111;
  expect(watermark.advance(110)).toBe(90);
  expect(watermark.advance(111)).toBe(110);
});

test('a sender whose clock is ahead does not complete the future', () => {
  expect(watermarkOf({ receivedAtMs: 105, reportedUntilMs: 999 }).advance(105)).toBe(100);
});

test('it never moves back: not when a new sender comes, nor when the clock is set back', () => {
  const watermark = watermarkOf({ receivedAtMs: 109, reportedUntilMs: 109 });
  expect(watermark.advance(109)).toBe(100);
  watermark.waitFor({ receivedAtMs: 109, reportedUntilMs: 60 });
  expect(watermark.advance(109)).toBe(100);
  expect(watermark.advance(50)).toBe(100);
});

test('with a longer export period it waits longer', () => {
  const watermark = new Watermark(10, 60);
  expect(watermark.advance(189)).toBe(90);
  expect(watermark.advance(190)).toBe(100);
});

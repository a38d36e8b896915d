import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../src/adapters/otlp/readings.ts';
import { StreamBook, type StreamOutcome, type StreamPoint } from '../../../src/adapters/otlp/stream-deltas.ts';

/** Export period 10, watching since 100. */
function bookOf(limits: { maxSeries?: number; idleMs?: number } = {}): {
  book: StreamBook;
  delta: (startMs: number, timeMs: number, count: number, more?: Partial<StreamPoint>) => string;
  total: (startMs: number, timeMs: number, count: number, more?: Partial<StreamPoint>) => string;
} {
  const book = new StreamBook({ maxSeries: 100, exportPeriodMs: 10, idleMs: 1000, ...limits }, 100);
  const point = { family: 'f', series: 's', closedUntilMs: 0 };
  const take = (temporality: 'delta' | 'cumulative') => {
    return (startMs: number, timeMs: number, count: number, more: Partial<StreamPoint> = {}): string => {
      const reading: Reading = { count, latency: null };
      return asText(book.take({ ...point, temporality, startMs, timeMs, reading, receivedAtMs: timeMs, ...more }));
    };
  };
  return { book, delta: take('delta'), total: take('cumulative') };
}

/** `+5 since 100` is five new requests, counted since 100. */
function asText(outcome: StreamOutcome): string {
  if (outcome.kind === 'dropped') return outcome.reason;
  if (outcome.kind === 'baseline') return 'baseline';
  return `+${outcome.reading.count} since ${outcome.startMs}${outcome.reset ? ' (reset)' : ''}`;
}

describe('deltas', () => {
  test('are taken once: the same start and time again is a retry', () => {
    const { delta } = bookOf();
    expect(delta(100, 110, 5)).toBe('+5 since 100');
    expect(delta(110, 120, 6)).toBe('+6 since 110');
    expect(delta(100, 110, 5)).toBe('duplicate');
    expect(delta(110, 120, 6)).toBe('duplicate');
    expect(delta(115, 120, 1)).toBe('+1 since 115');
  });

  test('a retry after the interval has closed is a duplicate, not late data', () => {
    const { delta } = bookOf();
    delta(100, 110, 5);
    expect(delta(100, 110, 5, { closedUntilMs: 200 })).toBe('duplicate');
    expect(delta(110, 120, 5, { closedUntilMs: 200 })).toBe('late');
  });

  test('retries are recognised however many points came between, as long as the interval is open', () => {
    const { delta } = bookOf();
    for (let i = 0; i < 500; i++) delta(100 + i, 101 + i, 1);
    for (let i = 0; i < 500; i++) expect(delta(100 + i, 101 + i, 1)).toBe('duplicate');
  });

  test('of other series, senders or metrics are no retries', () => {
    const { delta } = bookOf();
    delta(100, 110, 5);
    expect(delta(100, 110, 5, { series: 't' })).toBe('+5 since 100');
    expect(delta(100, 110, 5, { family: 'g' })).toBe('+5 since 100');
  });

  test('without a start are as long as an instant', () => {
    expect(bookOf().delta(0, 110, 5)).toBe('+5 since 110');
  });
});

describe('totals', () => {
  test('are subtracted from each other', () => {
    const { total } = bookOf();
    expect(total(100, 110, 5)).toBe('+5 since 100');
    expect(total(100, 120, 12)).toBe('+7 since 110');
    expect(total(100, 130, 12)).toBe('+0 since 120');
  });

  test('the same time again is a retry, an older time says nothing new', () => {
    const { total } = bookOf();
    total(100, 110, 5);
    total(100, 130, 20);
    expect(total(100, 130, 20)).toBe('duplicate');
    expect(total(100, 120, 12)).toBe('outOfOrder');
    expect(total(100, 140, 21)).toBe('+1 since 130');
  });

  test('a new start time is a new stream that counts from zero', () => {
    const { total } = bookOf();
    total(100, 110, 50);
    expect(total(115, 120, 3)).toBe('+3 since 115');
    expect(total(115, 130, 4)).toBe('+1 since 120');
  });

  test('that fall without a new start time have begun anew', () => {
    const { total } = bookOf();
    total(100, 110, 50);
    expect(total(100, 120, 3)).toBe('+3 since 110 (reset)');
    expect(total(100, 130, 5)).toBe('+2 since 120');
  });

  test('that fall in one bucket only have begun anew too', () => {
    const { total } = bookOf();
    const reading = (counts: number[]): { reading: Reading } => ({
      reading: {
        count: counts.reduce((a, b) => a + b),
        latency: { type: 'explicit', unit: 's', upperBounds: [1], counts },
      },
    });
    total(100, 110, 0, reading([50, 1]));
    expect(total(100, 120, 0, reading([3, 60]))).toBe('+63 since 110 (reset)');
  });

  test('a late total is passed over; what it counted comes with the next one', () => {
    const { total } = bookOf();
    total(100, 110, 5);
    expect(total(100, 120, 12, { closedUntilMs: 120 })).toBe('late');
    expect(total(100, 130, 20, { closedUntilMs: 120 })).toBe('+15 since 110');
  });
});

describe('the first total of a stream', () => {
  test('is new when the stream began while we were watching, or one export period before', () => {
    expect(bookOf().total(100, 110, 5)).toBe('+5 since 100');
    expect(bookOf().total(90, 110, 5)).toBe('+5 since 90');
  });

  test('is only a base line when the stream began earlier, or nobody knows when', () => {
    for (const startMs of [89, 0]) {
      const { total } = bookOf();
      expect(total(startMs, 110, 5000)).toBe('baseline');
      expect(total(startMs, 120, 5003)).toBe('+3 since 110');
    }
  });

  // Go, Java and .NET date every stream from the start of the process. A service's first error is such a stream.
  test('is new when a report of the same age did not hold it', () => {
    const { total } = bookOf();
    expect(total(10, 110, 5000)).toBe('baseline');
    total(10, 120, 5003);
    expect(total(10, 120, 2, { series: 'errors' })).toBe('+2 since 110');
    expect(total(10, 130, 9, { series: 'more errors' })).toBe('+9 since 120');
  });

  test('is no news in the rest of the same report, even if that is dated a little later', () => {
    const { total } = bookOf();
    total(10, 110, 5000);
    expect(total(10, 110, 700, { series: 't' })).toBe('baseline');
    expect(total(10, 110.2, 800, { series: 'u' })).toBe('baseline');
  });

  test('is no news when a report of another process with the same identity did not hold it', () => {
    const { total } = bookOf();
    total(10, 110, 5000);
    total(10, 120, 5001);
    expect(total(20, 121, 7000)).toBe('baseline');
  });

  test('is a base line when the stream may be one that was forgotten', () => {
    const { book, total } = bookOf({ idleMs: 50 });
    expect(total(105, 110, 5)).toBe('+5 since 105');
    total(110, 155, 1, { series: 'other' });
    book.sweep(165);
    expect(book.size).toBe(1);
    expect(total(105, 170, 25)).toBe('baseline');
    expect(total(105, 180, 26)).toBe('+1 since 170');
    // One that began after the forgotten one had last been heard of cannot be it.
    expect(total(111, 180, 3, { series: 'younger' })).toBe('+3 since 111');
  });

  test('is a base line when the stream was turned away before for want of room', () => {
    const { book, total } = bookOf({ maxSeries: 1, idleMs: 50 });
    total(100, 110, 5);
    expect(total(115, 120, 900, { series: 't' })).toBe('seriesCap');
    book.sweep(165);
    expect(total(115, 170, 950, { series: 't' })).toBe('baseline');
  });

  test('is a base line when it was turned away from the very report that seems not to hold it', () => {
    const { book, total } = bookOf({ maxSeries: 2, idleMs: 50 });
    total(10, 110, 5000, { family: 'other' });
    total(10, 170, 5000);
    expect(total(10, 170, 300, { series: 't' })).toBe('seriesCap');
    book.sweep(171);
    expect(total(10, 180, 310, { series: 't' })).toBe('baseline');
  });

  test('is a base line when the sender leaves out what has not changed', () => {
    const { book, total } = bookOf({ idleMs: 50 });
    total(10, 110, 5000);
    total(10, 110, 700, { series: 'rare' });
    for (let timeMs = 120; timeMs <= 170; timeMs += 10) total(10, timeMs, 5000 + timeMs);
    book.sweep(171);
    expect(book.size).toBe(1);
    expect(total(10, 180, 701, { series: 'rare' })).toBe('baseline');
  });
});

describe('the number of streams', () => {
  test('is limited, and known streams go on', () => {
    const { book, delta, total } = bookOf({ maxSeries: 2 });
    delta(100, 110, 1);
    total(100, 110, 1);
    expect(delta(100, 110, 1, { series: 't' })).toBe('seriesCap');
    expect(total(100, 110, 1, { family: 'g' })).toBe('seriesCap');
    expect(delta(110, 120, 1)).toBe('+1 since 110');
    expect(total(100, 120, 2)).toBe('+1 since 110');
    expect(book.size).toBe(2);
  });

  test('falls when streams are silent for too long', () => {
    const { book, delta, total } = bookOf({ maxSeries: 2, idleMs: 50 });
    delta(100, 110, 1);
    total(100, 140, 1, { family: 'g' });
    book.sweep(160);
    expect(book.size).toBe(2);
    book.sweep(161);
    expect(book.size).toBe(1);
    expect(delta(150, 161, 1, { series: 't' })).toBe('+1 since 150');
  });
});

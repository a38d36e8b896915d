/** Checks a histogram that a plan is made of: what comes from a recording was checked, what is typed in was not. */
import type { OptionCheck } from '../options.ts';
import { histogramTotal, type LatencyHistogram } from '../statistics/histogram.ts';

const KEYS = {
  explicit: ['type', 'unit', 'upperBounds', 'counts'],
  exponential: ['type', 'unit', 'scale', 'zeroThreshold', 'zeroCount', 'offset', 'counts'],
} as const;

/** Largest power of two of a bucket bound: beyond it bounds are no finite numbers. */
const LARGEST_EXPONENT = 1000;
const MOST_REQUESTS = 1e15;

/** A histogram with at least one value. */
export function checkedLatency(check: OptionCheck, path: string, latency: LatencyHistogram): LatencyHistogram {
  const type = latency?.type === 'exponential' ? 'exponential' : 'explicit';
  check.knownKeys(path, latency, KEYS[type]);
  check.oneOf(`${path}.type`, latency.type ?? '', type, ['explicit', 'exponential']);
  check.oneOf(`${path}.unit`, latency.unit ?? '', 'ms', ['s', 'ms']);
  const count = (name: string, value: number): number =>
    check.number(`${path}.${name}`, value ?? null, 0, { min: 0, max: MOST_REQUESTS });
  const whole = (name: string, value: number): number =>
    check.number(`${path}.${name}`, value ?? null, 0, { integer: true });
  if (!Array.isArray(latency.counts)) check.fail(`${path}.counts`, latency.counts, 'Give a count for each bucket.');
  for (const [i, one] of latency.counts.entries()) count(`counts[${i}]`, one);
  if (latency.type === 'explicit') {
    const { upperBounds, counts } = latency;
    if (!Array.isArray(upperBounds) || counts.length !== upperBounds.length + 1) {
      const mend = 'Give one bound less than there are counts: the last one is the overflow bucket.';
      check.fail(`${path}.upperBounds`, upperBounds, mend);
    }
    [...upperBounds].forEach((bound, i) => {
      check.number(`${path}.upperBounds[${i}]`, bound ?? null, 0, i > 0 ? { above: upperBounds[i - 1]! } : {});
    });
  } else {
    count('zeroCount', latency.zeroCount);
    count('zeroThreshold', latency.zeroThreshold);
    const [scale, offset] = [whole('scale', latency.scale), whole('offset', latency.offset)];
    if (Math.max(Math.abs(offset), Math.abs(offset + latency.counts.length)) / 2 ** scale > LARGEST_EXPONENT) {
      check.fail(`${path}.offset`, offset, 'The bounds of its buckets are no finite numbers.');
    }
  }
  if (!(histogramTotal(latency) > 0)) {
    check.fail(path, latency, 'Give a histogram with at least one value, or leave it out.');
  }
  return latency;
}

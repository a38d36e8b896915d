import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry, LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { interval, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()] });
const refuses = (telemetry: unknown, path: string, code = 'INVALID_TELEMETRY'): void =>
  expect(() => decide(policy, telemetry as DeploymentTelemetry, { nowMs: 0 })).toThrow(
    expect.objectContaining({ code, path }),
  );
const withInterval = (more: Partial<TelemetryInterval>): DeploymentTelemetry =>
  telemetryOf([], [], { intervals: [interval(0, 'canary', [10, 1], more)] });
const withLatency = (latency: unknown): DeploymentTelemetry => withInterval({ latency: latency as LatencyHistogram });

describe('telemetry is refused when', () => {
  it.each([
    ['errors are negative', { errors: -1 }, 'intervals[0].errors'],
    ['errors exceed requests', { errors: 11 }, 'intervals[0].errors'],
    ['requests are not finite', { requests: Number.POSITIVE_INFINITY }, 'intervals[0].requests'],
    ['unanswered exceeds errors', { unanswered: 2 }, 'intervals[0].unanswered'],
    ['the end is before the start', { endMs: 0 }, 'intervals[0].endMs'],
    ['the cohort is unknown', { cohort: 'blue' as never }, 'intervals[0].cohort'],
  ])('%s', (_, more, path) => refuses(withInterval(more), path));

  it.each([
    [
      'there is a count too few',
      { type: 'explicit', unit: 'ms', upperBounds: [1, 2], counts: [1, 2] },
      'intervals[0].latency.counts',
    ],
    [
      'bounds do not ascend',
      { type: 'explicit', unit: 'ms', upperBounds: [2, 1], counts: [1, 2, 3] },
      'intervals[0].latency.upperBounds[1]',
    ],
    [
      'a bucket count is negative',
      { type: 'explicit', unit: 'ms', upperBounds: [1], counts: [1, -2] },
      'intervals[0].latency.counts[1]',
    ],
    ['the kind of histogram is unknown', { type: 'summary', counts: [] }, 'intervals[0].latency.type'],
    ['there is no histogram', null, 'intervals[0].latency'],
  ])('%s', (_, latency, path) => refuses(withLatency(latency), path));

  it('intervals of one pod are out of order or overlap, but not when pods differ', () => {
    const [first, second] = [interval(0, 'canary', [1, 0], { pod: 'a' }), interval(1, 'canary', [1, 0], { pod: 'a' })];
    refuses(telemetryOf([], [], { intervals: [second, first] }), 'intervals[1].startMs');
    refuses(
      telemetryOf([], [], { intervals: [first, { ...second, startMs: second.startMs - 1 }] }),
      'intervals[1].startMs',
    );
    const otherPod = telemetryOf([], [], { intervals: [second, { ...first, pod: 'b' }] });
    expect(() => decide(policy, otherPod, { nowMs: 0 })).not.toThrow();
  });

  it.each([
    ['schemaVersion', { schemaVersion: 2 }],
    ['kind', { kind: 'spans' }],
    ['service', { service: 7 }],
    ['intervalMs', { intervalMs: 0 }],
    ['completeUntilMs', { completeUntilMs: null }],
    ['completeUntilMs', { deployedAtMs: 0, intervals: [interval(0, 'canary', [1, 0])], completeUntilMs: 9e15 }],
    ['intervals', { intervals: null }],
    ['weights[0].canaryShare', { weights: [{ atMs: 0, canaryShare: 5 }] }],
  ])('%s is nonsense', (path, more) => refuses({ ...telemetryOf([]), ...more }, path));
});

import { describe, expect, it } from 'vitest';
import { windowMetrics } from '../../src/engine/window-metrics.ts';
import type { LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

/** Telemetry that is complete for a minute. */
const minute = (intervals: TelemetryInterval[]) =>
  telemetryOf([], [], { completeUntilMs: DEPLOYED_AT_MS + 60_000, intervals });
const latency = (bound: number, ...counts: number[]): { latency: LatencyHistogram } => ({
  latency: { type: 'explicit', unit: 's', upperBounds: [bound, 2 * bound], counts },
});

describe('windowMetrics', () => {
  it('adds up the last intervals of each cohort, pod by pod, as rates', () => {
    const telemetry = minute([
      interval(4, 'canary', [60, 3], { pod: 'a', ...latency(0.1, 60, 0, 0) }),
      interval(4, 'canary', [20, 1], { pod: 'b', ...latency(0.1, 0, 20, 0) }),
      interval(5, 'canary', [20, 0]),
      interval(4, 'stable', [500, 1]),
      interval(4, 'baseline', [300, 1]),
      interval(5, 'before', [200, 0]),
    ]);
    expect(windowMetrics(telemetry, 20)).toEqual({
      schemaVersion: 1,
      kind: 'aggregates',
      service: telemetry.service,
      deploymentId: telemetry.deploymentId,
      windowSeconds: 20,
      atMs: telemetry.completeUntilMs,
      canary: {
        errorRate: 0.04,
        // 99 % of 80: 19.2 of the 20 between 100 and 200 ms.
        p99LatencyMs: expect.closeTo(196, 9),
        requestsPerSecond: 5,
        timestampMs: telemetry.completeUntilMs,
      },
      stable: { errorRate: 0.002, p99LatencyMs: null, requestsPerSecond: 50, timestampMs: telemetry.completeUntilMs },
    });
  });

  it('begins after the interval that ends where the window begins', () => {
    const telemetry = minute([interval(3, 'canary', [100, 100]), interval(4, 'canary', [100, 0])]);
    expect(windowMetrics(telemetry, 20).canary).toMatchObject({ errorRate: 0, requestsPerSecond: 5 });
    expect(windowMetrics(telemetry, 20.001).canary).toMatchObject({ errorRate: 0.5 });
  });

  it('ends at the watermark, and leaves out segments', () => {
    const good = interval(5, 'canary', [100, 0]);
    const telemetry = minute([good, { ...good, errors: 100, segment: '/pay' }, interval(6, 'canary', [100, 100])]);
    expect(windowMetrics(telemetry, 20).canary).toMatchObject({ errorRate: 0, requestsPerSecond: 5 });
  });

  it('knows nothing of a cohort without requests', () => {
    const telemetry = minute([interval(5, 'canary', [0, 0])]);
    expect(windowMetrics(telemetry, 60)).toMatchObject({ canary: null, stable: null });
  });

  it('knows no p99 of requests whose buckets have no bound in common', () => {
    // The last ones alone would have a p99, and it would be that of a third of the requests.
    const telemetry = minute([600, 7, 600].map((bound, i) => interval(i, 'canary', [9, 0], latency(bound, 0, 9, 0))));
    expect(windowMetrics(telemetry, 60).canary).toMatchObject({ p99LatencyMs: null, requestsPerSecond: 27 / 60 });
  });
});

import { describe, expect, it } from 'vitest';
import type { EvidencePoint } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import {
  cohortPoints,
  evidencePoints,
  externalSpans,
  plotWindow,
  usualSpacingMs,
  weightSteps,
} from '../../src/report/series.ts';

const START = 1_000_000;
const TEN = 10_000;

describe('cohortPoints', () => {
  it('sums the pods of one cohort, interval by interval', () => {
    const telemetry = telemetryOf([
      row(1, { cohort: 'canary', pod: 'b', requests: 30, errors: 3 }),
      row(0, { cohort: 'canary', pod: 'a', requests: 10, errors: 1 }),
      row(0, { cohort: 'canary', pod: 'b', requests: 30, errors: 0 }),
      row(0, { cohort: 'stable', pod: 'c', requests: 500, errors: 5 }),
    ]);
    expect(cohortPoints(telemetry, 'canary')).toEqual([
      { startMs: START, endMs: START + TEN, requests: 40, errors: 1, errorRate: 0.025, p50Ms: null, p99Ms: null },
      {
        startMs: START + TEN,
        endMs: START + 2 * TEN,
        requests: 30,
        errors: 3,
        errorRate: 0.1,
        p50Ms: null,
        p99Ms: null,
      },
    ]);
  });

  it('has no rate where there were no requests: nothing is not zero', () => {
    const [point] = cohortPoints(telemetryOf([row(0, { requests: 0, errors: 0 })]), 'canary');
    expect(point).toMatchObject({ requests: 0, errorRate: null });
  });

  it('counts the whole service once when its routes are reported too', () => {
    const telemetry = telemetryOf([
      row(0, { requests: 100, errors: 10 }),
      row(0, { requests: 60, errors: 10, segment: '/pay' }),
      row(0, { requests: 40, errors: 0, segment: '/list' }),
    ]);
    expect(cohortPoints(telemetry, 'canary')).toMatchObject([{ requests: 100, errors: 10 }]);
  });

  it('sums the routes when only they are reported', () => {
    const telemetry = telemetryOf([
      row(0, { requests: 60, errors: 10, segment: '/pay' }),
      row(0, { requests: 40, errors: 0, segment: '/list' }),
    ]);
    expect(cohortPoints(telemetry, 'canary')).toMatchObject([{ requests: 100, errors: 10 }]);
  });

  it('shows nothing after the watermark: it was not judged', () => {
    const telemetry = telemetryOf([row(0, {}), row(1, {})], { completeUntilMs: START + TEN });
    expect(cohortPoints(telemetry, 'canary')).toHaveLength(1);
  });

  it('draws the time before the deployment as stable', () => {
    const telemetry = telemetryOf([
      row(-1, { cohort: 'before', requests: 9 }),
      row(0, { cohort: 'stable', requests: 8 }),
    ]);
    expect(cohortPoints(telemetry, 'stable').map((point) => point.requests)).toEqual([9, 8]);
  });

  it('puts a pod that reports a little off the grid into the interval that holds its end', () => {
    const telemetry = telemetryOf([
      row(0, { requests: 10 }),
      row(1, { requests: 10 }),
      { ...row(1, { requests: 5, pod: 'late' }), startMs: START + TEN - 40, endMs: START + 2 * TEN - 40 },
    ]);
    expect(cohortPoints(telemetry, 'canary').map((point) => point.requests)).toEqual([10, 15]);
  });

  it('estimates quantiles from the merged histogram, in milliseconds', () => {
    const seconds = (counts: number[]): LatencyHistogram => ({
      type: 'explicit',
      unit: 's',
      upperBounds: [0.1, 0.2, 0.4],
      counts,
    });
    const telemetry = telemetryOf([
      row(0, { pod: 'a', latency: seconds([50, 0, 0, 0]) }),
      row(0, { pod: 'b', latency: seconds([0, 50, 0, 0]) }),
      row(1, { pod: 'a', latency: { type: 'explicit', unit: 'ms', upperBounds: [100, 200], counts: [100, 0, 0] } }),
    ]);
    const points = cohortPoints(telemetry, 'canary');
    expect(points[0]!.p50Ms).toBeCloseTo(100, 9);
    expect(points[0]!.p99Ms).toBeCloseTo(198, 9);
    expect(points[1]!.p50Ms).toBeCloseTo(50, 9);
  });

  it('has no quantile when the buckets of the pods do not fit together', () => {
    const bounds = (upperBound: number): LatencyHistogram => ({
      type: 'explicit',
      unit: 's',
      upperBounds: [upperBound],
      counts: [5, 0],
    });
    const telemetry = telemetryOf([
      row(0, { pod: 'a', latency: bounds(0.1) }),
      row(0, { pod: 'b', latency: bounds(0.3) }),
    ]);
    expect(cohortPoints(telemetry, 'canary')).toMatchObject([{ p50Ms: null, p99Ms: null, errorRate: 0.01 }]);
  });
});

describe('plotWindow', () => {
  it('covers the data and the deployment', () => {
    const window = plotWindow(telemetryOf([row(1, {}), row(5, {})]), [], []);
    expect(window).toEqual({ fromMs: START, toMs: START + 6 * TEN, earlierDataLeftOut: false });
  });

  it('leaves out old data that would squeeze the deployment', () => {
    const rows = Array.from({ length: 190 }, (_, i) => row(i - 100, {}));
    const window = plotWindow(telemetryOf(rows), [], []);
    expect(window).toEqual({ fromMs: START - 300_000, toMs: START + 900_000, earlierDataLeftOut: true });
  });

  it('makes room for a moment just after the data, not for one of last week', () => {
    const telemetry = telemetryOf([row(0, {}), row(9, {})]);
    const lastWeek = START - 7 * 86_400_000;
    expect(plotWindow(telemetry, [], [START + 110_000, lastWeek])).toMatchObject({
      fromMs: START,
      toMs: START + 110_000,
    });
  });

  it.each([
    ['no data yet', START + 30_000, START + 30_000],
    ['no data and no watermark', 0, START + TEN],
  ])('shows the time since the deployment when there is %s', (_name, completeUntilMs, toMs) => {
    expect(plotWindow(telemetryOf([], { completeUntilMs }), [], [])).toEqual({
      fromMs: START,
      toMs,
      earlierDataLeftOut: false,
    });
  });
});

describe('weightSteps', () => {
  const window = { fromMs: 100, toMs: 200 };

  it('is in order, and begins with the weight in force', () => {
    const telemetry = {
      ...telemetryOf([]),
      weights: [weight(150, 0.2), weight(50, 0.05), weight(10, 0), weight(900, 1)],
    };
    expect(weightSteps(telemetry, window)).toEqual([weight(100, 0.05), weight(150, 0.2)]);
  });

  it('does not invent a weight before the first change', () => {
    expect(weightSteps({ ...telemetryOf([]), weights: [weight(150, 0.2)] }, window)).toEqual([weight(150, 0.2)]);
    expect(weightSteps(telemetryOf([]), window)).toEqual([]);
  });
});

describe('evidence', () => {
  it('is put in order and cut to the window, and the input stays as it was', () => {
    const history = [point(30), point(10), point(20), point(99)];
    expect(evidencePoints(history, { fromMs: 10, toMs: 30 }).map((each) => each.atMs)).toEqual([10, 20, 30]);
    expect(history.map((each) => each.atMs)).toEqual([30, 10, 20, 99]);
  });

  it('takes the median as the usual spacing', () => {
    expect(usualSpacingMs([{ atMs: 0 }, { atMs: 10 }, { atMs: 20 }, { atMs: 900 }], 5)).toBe(10);
    expect(usualSpacingMs([{ atMs: 0 }], 5)).toBe(5);
  });

  it('joins neighbouring external points into one span, each speaking for the time before it', () => {
    const points = [point(10), point(20, true), point(30, true), point(40), point(50, true)];
    expect(externalSpans(points, 10)).toEqual([
      { fromMs: 10, toMs: 30 },
      { fromMs: 40, toMs: 50 },
    ]);
    expect(externalSpans([point(10, true)], 10)).toEqual([{ fromMs: 0, toMs: 10 }]);
  });
});

function telemetryOf(intervals: TelemetryInterval[], more: Partial<DeploymentTelemetry> = {}): DeploymentTelemetry {
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'shop',
    deploymentId: 'd1',
    intervalMs: TEN,
    deployedAtMs: START,
    completeUntilMs: START + 100 * TEN,
    weights: [],
    intervals,
    ...more,
  };
}

function row(slot: number, more: Partial<TelemetryInterval>): TelemetryInterval {
  return {
    startMs: START + slot * TEN,
    endMs: START + (slot + 1) * TEN,
    cohort: 'canary',
    requests: 100,
    errors: 1,
    ...more,
  };
}

function weight(atMs: number, canaryShare: number): { atMs: number; canaryShare: number } {
  return { atMs, canaryShare };
}

function point(atMs: number, external = false): EvidencePoint {
  return { atMs, logE: 0, bound: 4.6, external, criteria: [] };
}

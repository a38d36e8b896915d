/** Each thing that a fixed limit counts, by itself: what counts as reported, over what exposure, and in which pods. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { type CountedPart, limitOfCriterion, limitOfHardStop } from '../../src/engine/criteria/limit-counts.ts';
import { crashLoop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { type ArmSlot, armOf, emptyArm } from '../../src/engine/slots.ts';
import type { TelemetryInterval } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { explicit } from '../helpers/histograms.ts';
import { interval } from '../helpers/telemetry.ts';

const SLOT_MS = 10_000;
const HOUR_MS = 3_600_000;
const pod = (name: string, requests: number, errors: number, more: Partial<TelemetryInterval> = {}) =>
  interval(0, 'canary', [requests, errors], { pod: name, ...more });

/** One pod reports everything, one nothing but requests, one serves nobody. */
const MIXED: ArmSlot = armOf([
  pod('full', 60, 6, { unanswered: 4, restarts: 2, latency: explicit([100, 500], [30, 20, 6]) }),
  pod('idle', 0, 0),
  pod('plain', 40, 1),
]);
const REQUESTS_ONLY: ArmSlot = armOf([pod('plain', 40, 1)]);

/** What a part reads from an arm. */
const counts = (part: CountedPart, arm: ArmSlot) => ({
  reported: part.reported(arm),
  exposure: part.exposure(arm, SLOT_MS),
  bad: part.bad(arm),
  pods: part.pods(arm, SLOT_MS).map(({ pod: name, requests, bad }) => [name, requests, bad]),
});

describe('failed requests', () => {
  const { counted } = limitOfHardStop(panicErrorRate({ max: 0.3 })).limit;

  it('are counted out of all requests, in every pod that serves any', () => {
    expect(counts(counted, MIXED)).toEqual({
      reported: true,
      exposure: 100,
      bad: 7,
      pods: [
        ['full', 60, 6],
        ['plain', 40, 1],
      ],
    });
  });

  it('are known of an arm that did nothing: there were none', () => {
    expect(counts(counted, emptyArm())).toEqual({ reported: true, exposure: 0, bad: 0, pods: [] });
  });
});

describe('unanswered requests', () => {
  const { counted } = limitOfHardStop(unansweredShare()).limit;

  it('are counted out of all requests, in every pod that serves any', () => {
    expect(counts(counted, MIXED)).toEqual({
      reported: true,
      exposure: 100,
      bad: 4,
      pods: [
        ['full', 60, 4],
        ['plain', 40, 0],
      ],
    });
  });

  it('are not reported where no pod says any number', () => {
    expect(counts(counted, REQUESTS_ONLY)).toMatchObject({ reported: false, bad: 0 });
  });
});

describe('restarts', () => {
  const { counted } = limitOfHardStop(crashLoop()).limit;

  it('are counted over the time of the pods that report them: who says nothing is no pod without restarts', () => {
    expect(counts(counted, MIXED)).toEqual({
      reported: true,
      exposure: SLOT_MS,
      bad: 2,
      pods: [['full', SLOT_MS, 2]],
    });
  });

  it('of 0 are a report, also of a pod that serves nobody', () => {
    const arm = armOf([pod('a', 0, 0, { restarts: 0 }), pod('b', 10, 0, { restarts: 3 })]);
    expect(counts(counted, arm)).toEqual({
      reported: true,
      exposure: 2 * SLOT_MS,
      bad: 3,
      pods: [
        ['a', SLOT_MS, 0],
        ['b', SLOT_MS, 3],
      ],
    });
  });

  it('are not reported where no pod says any number', () => {
    expect(counts(counted, REQUESTS_ONLY)).toEqual({ reported: false, exposure: 0, bad: 0, pods: [] });
  });

  it('come in rounds at a rate per pod-hour; all else comes request by request', () => {
    expect(counted).toMatchObject({ model: 'poisson', unit: HOUR_MS, comesInRounds: true });
    for (const each of [
      limitOfHardStop(panicErrorRate({ max: 0.3 })),
      limitOfHardStop(unansweredShare()),
      limitOfCriterion(latency({ maxMs: 500 }))!,
    ])
      expect(each.limit.counted).toMatchObject({ model: 'binomial', unit: 1, comesInRounds: false });
  });
});

describe('slower requests', () => {
  const { counted } = limitOfCriterion(latency({ maxMs: 500 }))!.limit;

  it('are counted out of the answered requests whose time is known', () => {
    const { pods, ...arm } = counts(counted, MIXED);
    expect(arm).toEqual({ reported: true, exposure: 56, bad: 6 });
    // A pod without a histogram is no witness.
    expect(pods).toEqual([['full', 56, 6]]);
  });

  it('are not reported where no pod gives a histogram', () => {
    expect(counts(counted, REQUESTS_ONLY)).toMatchObject({ reported: false, exposure: 0, bad: 0 });
  });

  it('are those beyond the first bucket edge at or above the limit, never more than were really slower', () => {
    const between = limitOfCriterion(latency({ maxMs: 200 }))!.limit.counted;
    expect(between.bad(MIXED)).toBe(6);
    expect(limitOfCriterion(latency({ maxMs: 100 }))!.limit.counted.bad(MIXED)).toBe(26);
    expect(limitOfCriterion(latency({ maxMs: 501 }))!.limit.counted.bad(MIXED)).toBe(0);
  });
});

describe('a limit', () => {
  it('of a criterion is there only where one is set, and named after it', () => {
    expect(limitOfCriterion(errorRate())).toBeNull();
    expect(limitOfCriterion(latency())).toBeNull();
    expect(limitOfCriterion(errorRate({ name: 'payments', max: 0.02 }))).toMatchObject({
      kind: 'error-rate',
      limit: { name: 'payments limit', value: 0.02 },
    });
  });

  it('of a latency is the share of requests that its quantile leaves', () => {
    const { kind, limit } = limitOfCriterion(latency({ quantile: 0.95, maxMs: 500 }))!;
    expect([kind, limit.name]).toEqual(['latency', 'latency p95 limit']);
    expectClose(limit.value, 0.05, 1e-12);
  });

  it('of a hard stop has its name, its kind and its own number', () => {
    const limits = [
      panicErrorRate({ max: 0.3 }),
      unansweredShare({ name: 'silent', max: 0.2 }),
      crashLoop({ maxRestartsPerPodHour: 4 }),
    ].map((stop) => {
      const { kind, limit } = limitOfHardStop(stop);
      return [kind, limit.name, limit.value];
    });
    expect(limits).toEqual([
      ['error-rate', 'panic error rate', 0.3],
      ['unanswered', 'silent', 0.2],
      ['restarts', 'crash loop', 4],
    ]);
  });

  it('of a burn rate is that many times the error rate that the objective allows', () => {
    const { kind, limit } = limitOfHardStop(sloBurnRate({ objective: 0.99, maxBurnRate: 10 }));
    expect(kind).toBe('error-rate');
    expectClose(limit.value, 0.1, 1e-12);
    expect(limit.counted.bad(MIXED)).toBe(7);
  });
});

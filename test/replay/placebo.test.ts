import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateTelemetry } from '../../src/engine/validate-telemetry.ts';
import type { Cohort, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { placeboOf, placeboPods } from '../../src/replay/placebo.ts';
import type { Recording } from '../../src/replay/recording.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { deploymentOf } from '../helpers/service-history.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

/** Stable pods with so many requests each, before and after the deployment, and a canary. */
function recordingOf(requests: readonly number[], more: Partial<Recording> = {}): Recording {
  const pods = requests.map((own, i) => ({ pod: `stable-${i}`, own }));
  return telemetryOf([], [], {
    intervals: [
      ...pods.map(({ pod, own }) => interval(-1, 'stable', [own, 1], { pod })),
      ...pods.map(({ pod, own }) => interval(0, 'stable', [own, 1], { pod })),
      interval(0, 'canary', [10, 5], { pod: 'canary-0' }),
    ],
    completeUntilMs: DEPLOYED_AT_MS + 10_000,
    ...more,
  });
}
const total = (intervals: readonly TelemetryInterval[], cohort: Cohort): number =>
  intervals.filter((each) => each.cohort === cohort).reduce((sum, { requests }) => sum + requests, 0);

describe('placeboPods', () => {
  it('are one of at least four stable pods, and two of six where the canary had two', () => {
    const count = (pods: number, canaryPods: number): number | undefined =>
      placeboPods(recordingOf(Array.from({ length: pods }, () => 100)), canaryPods)?.length;
    expect([count(3, 1), count(4, 1), count(5, 2), count(6, 1), count(6, 2), count(20, 9)]).toEqual([
      undefined,
      1,
      1,
      1,
      2,
      2,
    ]);
  });

  it('really serve: a pod with next to nothing neither plays nor counts', () => {
    expect(placeboPods(recordingOf([100, 100, 100, 1]), 1)).toBeNull();
    for (let day = 0; day < 30; day++) {
      const pods = placeboPods(recordingOf([100, 100, 100, 100, 1], { deploymentId: `day-${day}` }), 1);
      expect(pods).not.toContain('stable-4');
    }
  });

  it('are told apart: none where stable is one sum, or a part of it is', () => {
    expect(
      placeboPods(
        telemetryOf([
          [
            [10, 0],
            [1000, 1],
          ],
        ]),
        1,
      ),
    ).toBeNull();
    const recording = recordingOf([100, 100, 100, 100]);
    recording.intervals.push(interval(0, 'stable', [50, 0]));
    expect(placeboPods(recording, 1)).toBeNull();
  });

  it('do not depend on what happened, nor on the order of the intervals; and differ between deployments', () => {
    const recording = recordingOf([100, 100, 100, 100, 100]);
    const other = { ...recording, intervals: recording.intervals.map((each) => ({ ...each, errors: 0 })).reverse() };
    expect(placeboPods(other, 1)).toEqual(placeboPods(recording, 1));
    const chosen = new Set(
      Array.from({ length: 60 }, (_, i) => placeboPods({ ...recording, deploymentId: `day-${i}` }, 1)![0]),
    );
    expect(chosen.size).toBe(5);
  });
});

describe('placeboOf', () => {
  it('moves the pods to the canary, without their past, and leaves out the real one', () => {
    const recording = recordingOf([100, 101, 102, 103], {
      weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: 0.5 }],
      dependencies: {
        db: [interval(0, 'stable', [7, 1], { pod: 'stable-2' }), interval(0, 'canary', [9, 9], { pod: 'canary-0' })],
      },
    });
    recording.intervals.push(interval(0, 'baseline', [44, 0], { pod: 'fresh-0' }));
    const placebo = placeboOf(recording, ['stable-2']);
    expect(placebo.weights).toEqual([]);
    expect(placebo.intervals.map(({ cohort, pod, startMs }) => [cohort, pod, startMs < DEPLOYED_AT_MS])).toEqual([
      ['stable', 'stable-0', true],
      ['stable', 'stable-1', true],
      ['stable', 'stable-3', true],
      ['stable', 'stable-0', false],
      ['stable', 'stable-1', false],
      ['canary', 'stable-2', false],
      ['stable', 'stable-3', false],
    ]);
    expect(placebo.dependencies).toEqual({ db: [interval(0, 'canary', [7, 1], { pod: 'stable-2' })] });
    expect(recording.intervals).toHaveLength(10);
  });

  it('is telemetry that can be judged, with all of the stable requests since the deployment', () => {
    const recording = deploymentOf(3);
    const placebo = placeboOf(recording, placeboPods(recording, 1)!);
    expect(() => validateTelemetry(placebo)).not.toThrow();
    expect(total(placebo.intervals, 'canary') + total(placebo.intervals, 'stable')).toBe(
      total(recording.intervals, 'stable'),
    );
  });

  it('of random telemetry is valid wherever there is one', () => {
    fc.assert(
      fc.property(anyShape(), (shape) => {
        const recording = telemetryOfShape(shape);
        const pods = placeboPods(recording, 1);
        if (pods !== null) expect(() => validateTelemetry(placeboOf(recording, pods))).not.toThrow();
      }),
    );
  });
});

/** A plan as text, Markdown, page and picture: all answers of the planner, with what they were asked. */
import { describe, expect, it } from 'vitest';
import { planCurve, planSteps, smallestDetectable, timeToDetect } from '../../src/planning/index.ts';
import { formatDuration } from '../../src/report/format.ts';
import { planCurveSvg, planHtml, planMarkdown, planText } from '../../src/report/index.ts';
import type { PlanReport } from '../../src/report/plan-report.ts';
import { effectsAxis, minutesAxis } from '../../src/report/plan-scales.ts';
import { drawnRuns, marksOf, plotOf } from './drawn-values.ts';
import { readMarkup, readPage } from './markup-check.ts';

const TRAFFIC = { requestsPerSecond: 40, errorRate: 0.01 };
const DOUBLED = { kind: 'errors', ratio: 2 } as const;
const CURVE = planCurve(TRAFFIC, { kind: 'errors', weights: [1, 5, 50], effects: [1.4, 2, 5, 20] });
const VIEWS = { planText, planMarkdown, planHtml };

function fullPlan(mostUsersExposed?: number): PlanReport {
  const asked = { kind: 'errors', canaryShare: 0.05, withinSeconds: 1380, power: 0.9 } as const;
  const target = { fault: DOUBLED, power: 0.9, ...(mostUsersExposed === undefined ? {} : { mostUsersExposed }) };
  return {
    traffic: TRAFFIC,
    detections: [2, 1.2].map((ratio) => {
      const fault = { kind: 'errors', ratio } as const;
      const how = { canaryShare: 0.05, power: 0.9 };
      return { fault, ...how, detection: timeToDetect(TRAFFIC, fault, how) };
    }),
    smallest: [{ ...asked, smallest: smallestDetectable(TRAFFIC, asked) }],
    steps: { target, plan: planSteps(TRAFFIC, target) },
    curve: CURVE,
  };
}

describe.each(Object.entries(VIEWS))('%s', (name, view) => {
  const words = (report: PlanReport): string =>
    name === 'planHtml' ? readPage(view(report)).text : view(report).replaceAll('\\', '');

  it('says when a fault is seen, and what that costs', () => {
    const report = fullPlan();
    const { seconds, usersExposed } = report.detections![0]!.detection;
    const shown = words(report);
    expect(shown).toContain('Plan for 40 requests/s, of which 1 % fail');
    expect(shown).toContain('2x the errors');
    expect(shown).toContain(formatDuration(seconds! * 1000));
    expect(shown).toContain(Math.ceil(usersExposed).toLocaleString('en'));
    // Below the margin, with the planner's own reason.
    expect(shown).toContain(report.detections![1]!.detection.because!);
    expect(shown).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('shows the steps of a plan that is feasible', () => {
    const report = fullPlan();
    const { plan } = report.steps!;
    if (!plan.feasible) throw new Error('the plan is feasible');
    const shown = words(report);
    expect(shown).toContain('find 2x the errors with a chance of 90 %');
    expect(shown).toContain(`in ${formatDuration(plan.totalSeconds * 1000)}`);
    expect(shown).not.toContain('Not feasible');
  });

  it('says why a plan is not feasible, what comes closest, and every change that would make it so', () => {
    const report = fullPlan(2000);
    const { plan } = report.steps!;
    if (plan.feasible) throw new Error('the plan is not feasible');
    const shown = words(report);
    expect(shown).toContain(`Not feasible. ${plan.because}.`);
    expect(shown).toContain('at most 2,000 users');
    expect(shown).toContain('What comes closest');
    expect(plan.mends.length).toBeGreaterThan(0);
    for (const mend of plan.mends) expect(shown).toContain(mend.words);
  });

  it('says where nothing is seen, and never as a time of zero', () => {
    const shown = words({
      curve: {
        ...CURVE,
        minutes: [
          [null, 2, 1, 1],
          [null, null, null, null],
          [3, 2, 1, 1],
        ],
      },
    });
    expect(shown).toContain('1 %: nothing below 2x within a week');
    expect(shown).toContain('5 %: none of these within a week');
    expect(shown).not.toContain('50 %: no');
  });

  it('shows only what it is given, and gives the same bytes for the same plan', () => {
    expect(words({})).not.toMatch(/Steps|When a fault is seen|Time until/);
    expect(view(fullPlan())).toBe(view(structuredClone(fullPlan())));
  });
});

describe('the curve on the page', () => {
  it('draws every time where its axes say it is', () => {
    const page = readPage(planHtml({ curve: CURVE }));
    const [across, upwards] = [effectsAxis(CURVE), minutesAxis(CURVE)];
    expect(plotOf(page, 'plot-curve').attributes.get('data-to-ms')).toBe('1000');
    const drawn = CURVE.weights.map((_, i) =>
      drawnRuns(page, 'plot-curve', `weight-${i}`)
        .flat()
        .map(({ atMs, value }) => [
          across.low * (across.high / across.low) ** (atMs / 1000),
          upwards.low * (upwards.high / upwards.low) ** value,
        ]),
    );
    for (const [i, line] of drawn.entries()) {
      const expected = CURVE.effects.flatMap((effect, j) => {
        const minutes = CURVE.minutes[i]![j]!;
        return minutes === null ? [] : [[effect, minutes]];
      });
      expect(line).toHaveLength(expected.length);
      for (const [j, [effect, minutes]] of line.entries()) {
        expect(Math.abs(Math.log(effect! / expected[j]![0]!))).toBeLessThan(0.01);
        expect(Math.abs(Math.log(minutes! / expected[j]![1]!))).toBeLessThan(0.01);
      }
    }
  });

  it('shades what takes longer than was asked for, where that lies on the axis', () => {
    const zones = (withinSeconds: number): number => {
      const target = { fault: DOUBLED, power: 0.9, withinSeconds };
      const page = readPage(planHtml({ curve: CURVE, steps: { target, plan: planSteps(TRAFFIC, target) } }));
      return marksOf(page, 'plot-curve', 'threshold').length;
    };
    expect([zones(1800), zones(1), zones(6_000_000)]).toEqual([1, 0, 0]);
  });

  it('breaks a line where a fault is not seen', () => {
    const page = readPage(
      planHtml({
        curve: {
          ...CURVE,
          minutes: [
            [9, null, 1, 1],
            [null, 2, 1, 1],
            [3, 2, 1, 1],
          ],
        },
      }),
    );
    expect(drawnRuns(page, 'plot-curve', 'weight-0').map((run) => run.length)).toEqual([1, 2]);
    expect(drawnRuns(page, 'plot-curve', 'weight-1').map((run) => run.length)).toEqual([3]);
  });
});

describe('planCurveSvg', () => {
  it('is one well-formed picture with a name, words for those who do not see it, and a label for each weight', () => {
    const svg = planCurveSvg(CURVE, { withinMinutes: 30 });
    const { tags, text } = readMarkup(svg);
    expect(tags[0]!.name).toBe('svg');
    expect(text).toContain('Time until more errors are seen, median, for each weight of the canary.');
    for (const weight of ['1 %', '5 %', '50 %']) expect(text).toContain(weight);
    expect(text).toContain('30 min');
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(planCurveSvg(CURVE, { withinMinutes: 30 })).toBe(svg);
  });

  it('breaks a line where a fault is not seen, and marks a time that stands alone', () => {
    const { tags, text } = readMarkup(planCurveSvg({ ...CURVE, weights: [1], minutes: [[9, null, 2, 1]] }));
    const lines = tags.filter((tag) => tag.attributes.get('class') === 'line stable');
    expect(lines.map((tag) => tag.attributes.get('d')!.match(/[ML]/g)!.join(''))).toEqual(['M', 'ML']);
    expect(tags.filter((tag) => tag.name === 'circle')).toHaveLength(1);
    expect(text).not.toContain('within a week');
  });

  it('stands curves without any time, with one effect, and with huge ones', () => {
    for (const curve of [
      { ...CURVE, minutes: CURVE.minutes.map((line) => line.map(() => null)) },
      { ...CURVE, effects: [2], minutes: CURVE.minutes.map(() => [5]) },
      { ...CURVE, effects: [2, 1000], minutes: CURVE.minutes.map(() => [1e-6, 10_080]) },
      { ...CURVE, weights: [], minutes: [] },
      { ...CURVE, effects: [], minutes: CURVE.minutes.map(() => []) },
    ]) {
      for (const drawn of [planCurveSvg(curve), planHtml({ curve })])
        expect(drawn).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  it('escapes the title that it is given', () => {
    const svg = planCurveSvg(CURVE, { title: '</title><script>alert(1)</script>' });
    expect(readMarkup(svg).tags.some((tag) => tag.name === 'script')).toBe(false);
  });
});

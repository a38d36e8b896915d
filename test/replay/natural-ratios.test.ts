import { describe, expect, it } from 'vitest';
import { type ArmsBlock, NaturalRatioSurvey } from '../../src/replay/natural-ratios.ts';
import { expectClose } from '../helpers/close.ts';

/** A deployment of one block whose canary has `ratio` times stable's 1 %, on a tenth of the traffic. */
const block = (ratio: number, size = 1e6): ArmsBlock => ({
  canary: { requests: size, bad: 0.01 * ratio * size },
  stable: { requests: 10 * size, bad: 0.1 * size },
});

function surveyOf(ratios: readonly number[], size?: number, common = false): NaturalRatioSurvey {
  const survey = new NaturalRatioSurvey(common);
  for (const ratio of ratios) survey.add([block(ratio, size)], 1);
  return survey;
}
const alternating = (low: number, high: number): number[] =>
  Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? low : high));

describe('natural ratios', () => {
  it('are nothing but the mean where deployments do not differ', () => {
    const found = surveyOf(Array.from({ length: 20 }, () => 1.2)).result('good', 0, 0)!;
    expect(found).toMatchObject({ from: 'good', deployments: 20 });
    expectClose(found.median, 1.2, 1e-3);
    expect(found.p95).toBeLessThan(1.2 * 1.01);
  });

  it('are the spread that chance does not explain, by the method of moments', () => {
    const survey = new NaturalRatioSurvey(false);
    for (const ratio of alternating(Math.exp(-0.2), Math.exp(0.2)))
      survey.add([{ canary: { requests: 1e6, bad: 1e3 }, stable: { requests: 1e12, bad: 1e9 / ratio } }], 1);
    const found = survey.result('good', 0, 0)!;
    // Half a request more moves it by less than a thousandth. Equal variances: the sample variance less that of chance, and what the mean may be off by.
    const sample = (20 * 0.2 ** 2) / 19;
    const deviation = Math.sqrt(sample - 1 / 1000.5 + sample / 20);
    expectClose(Math.log(found.p95 / found.median), 1.6448536269514722 * deviation, 1e-3);
    expectClose(Math.log(found.p99 / found.median), 2.3263478740408408 * deviation, 1e-3);
  });

  it('take chance and short-lived noise for no difference', () => {
    // 0.2 is what 25 failed requests differ by at random; and a CV of 0.2 over the one unit of 10 s explains it as well.
    const few = surveyOf(alternating(Math.exp(-0.2), Math.exp(0.2)), 2500).result('good', 0, 0)!;
    expect(Math.log(few.p95 / few.median)).toBeLessThan(0.09);
    const noisy = surveyOf(alternating(Math.exp(-0.2), Math.exp(0.2))).result('good', 0.05, 0)!;
    expect(Math.log(noisy.p95 / noisy.median)).toBeLessThan(0.09);
  });

  it('leave to a margin only what the pods do not explain', () => {
    const survey = surveyOf(alternating(1.2 * Math.exp(-0.2), 1.2 * Math.exp(0.2)));
    const explained = survey.result('good', 0, 0.2)!;
    expect(explained.p95).toBeGreaterThan(1.6);
    expect(explained.p95BeyondPods).toBeLessThan(1.2 * 1.1);
    expect(explained.p95BeyondPods).toBeGreaterThan(1.2);
    expectClose(survey.result('good', 0, 0)!.p95BeyondPods, explained.p95, 1e-9);
  });

  it('compare only what both arms did at the same time', () => {
    // Stable failed more before the canary had traffic, and while it had most of it.
    const survey = new NaturalRatioSurvey(false);
    for (let i = 0; i < 10; i++) {
      survey.add(
        [
          { canary: { requests: 0, bad: 0 }, stable: { requests: 1e6, bad: 5e5 } },
          { canary: { requests: 1e5, bad: 1e3 }, stable: { requests: 1e6, bad: 1e4 } },
          { canary: { requests: 9e5, bad: 9e4 }, stable: { requests: 1e5, bad: 1e4 } },
        ],
        1,
      );
    }
    expectClose(survey.result('placebo', 0, 0)!.median, 1, 1e-3);
  });

  it('say nothing from fewer than ten deployments, or from such without a failed request', () => {
    expect(surveyOf(Array.from({ length: 9 }, () => 1)).result('good', 0, 0)).toBeNull();
    expect(surveyOf(alternating(1, 1), 100).result('good', 0, 0)).toBeNull();
  });

  it('stay finite where a canary never failed, and at counts up to 1e12', () => {
    for (const ratios of [alternating(0, 1), alternating(1, 50)]) {
      for (const size of [1e3, 1e12]) {
        for (const common of [false, true]) {
          const found = surveyOf(ratios, size, common).result('good', 0.1, 0.1)!;
          for (const value of [found.median, found.p95, found.p99, found.p95BeyondPods]) {
            expect(Number.isFinite(value) && value > 0).toBe(true);
          }
        }
      }
    }
  });
});

/** How long faults of several sizes take to be seen, at several weights of the canary. */
import { planCurve } from '../../src/planning/plan-curve.ts';
import { planCurveSvg } from '../../src/report/plan-curve-svg.ts';

/** A service of 40 requests a second of which 1 % fail, with the noise that is assumed before any is learned. */
const TRAFFIC = { requestsPerSecond: 40, errorRate: 0.01 } as const;
const SIZES = 28;

export function drawPlanner(): string {
  const effects = Array.from({ length: SIZES }, (_, i) =>
    Number((1.4 * (20 / 1.4) ** (i / (SIZES - 1))).toPrecision(4)),
  );
  const curve = planCurve(TRAFFIC, { kind: 'errors', weights: [1, 5, 10, 20, 50], power: 0.9, effects });
  return planCurveSvg(curve, {
    title: '40 requests/s of which 1 % fail: time until more errors are seen, 9 times in 10',
    withinMinutes: 30,
  });
}

/** What the evidence is read from: a likelihood over the ratio of two error rates, and the explanations that compete for it. */
import { evidenceOptions } from '../../src/engine/criteria/criterion-judge.ts';
import { Panel, type PanelAxis, type Point, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { HARD_DOWN } from '../../src/statistics/burst-clip.ts';
import { EvidenceCurve } from '../../src/statistics/evidence-curve.ts';
import { armSpread } from '../../src/statistics/pod-spread.ts';
import { LOG_RATIOS, type RatioPrior, spreadPrior, worsePrior } from '../../src/statistics/ratio-grid.ts';
import type { RatioInterval } from '../../src/statistics/ratio-interval.ts';
import { deployment } from './simulated.ts';

const TRUE_RATIO = 2;
const TOLERATED = 1.25;
const MOMENTS = [
  { seconds: 30, name: '30 s', look: 'c2' },
  { seconds: 120, name: '2 min', look: 'stable' },
  { seconds: 600, name: '10 min', look: 'canary' },
] as const;
const RATIOS: PanelAxis = {
  low: 0.4,
  high: 10,
  scale: 'log',
  ticks: ticksAt([0.5, 1, 1.25, 2, 5, 10], (ratio) => (ratio === 0.5 ? '1/2' : `${ratio}`)),
  title: 'errors of canary / stable',
};

export function drawRatio(): string {
  const seen = curvesAt(MOMENTS.map(({ seconds }) => seconds));
  const likelihood = new Panel(
    'likelihood',
    { x: 84, y: 46, width: 500, height: 150 },
    { ...RATIOS, title: '' },
    { low: 0, high: 1, scale: 'linear', ticks: ticksAt([0, 0.5, 1]), title: 'likelihood' },
  );
  const weights = new Panel('weights', { x: 84, y: 316, width: 500, height: 100 }, RATIOS, {
    low: 0,
    high: 1,
    scale: 'linear',
    ticks: [],
    title: 'weight',
  });
  const bars = MOMENTS.map((moment, i) => ({ ...moment, ...seen[i]!, y: 242 + 15 * i }));
  const said = bars.map(
    ({ name, interval }) => `after ${name} ${interval.low?.toFixed(2)} to ${interval.high?.toFixed(2)}`,
  );
  return svgFile({
    height: 474,
    title: 'Likelihood of the ratio as data come in',
    description: `A canary that really fails ${TRUE_RATIO} times as often. The likelihood over the ratio narrows around ${TRUE_RATIO}; its 95 % intervals are ${said.join(', ')}. Below: the weights of worse-than-tolerated ratios, above ${TOLERATED}, and of the natural differences around 1.`,
    body: [
      likelihood.frame(`A canary that fails ${TRUE_RATIO} times as often: what the counts say, and the 95 % interval`),
      likelihood.upright(TOLERATED, 'bad dashed'),
      bars.map(({ look, points }) => likelihood.line(points, look)),
      bars.map(({ name, look, interval, y }) => interval && intervalBar(likelihood, interval, y, name, look)),
      likelihood.words([TOLERATED, 1], 'tolerated', { dx: -6, dy: 8, anchor: 'end', look: 'bad' }),
      weights.frame('What competes to explain them'),
      weights.upright(TOLERATED, 'bad dashed'),
      weights.line(density(spreadPrior(0, armSpread(0.16, 1, 19))), 'good'),
      weights.line(density(worsePrior(Math.log(TOLERATED))), 'grey'),
      weights.words([0.8, 0.75], 'natural: pods differ', { dx: -6, anchor: 'end', look: 'good' }),
      weights.words([TOLERATED, 0.2], 'exactly tolerated', { dx: 24, look: 'bad' }),
      weights.words([3, 0.45], 'worse than tolerated', { dx: 0, look: 'quiet' }),
    ],
  });
}

function intervalBar(
  panel: Panel,
  { low, high }: RatioInterval,
  y: number,
  name: string,
  look: string,
): ReturnType<Panel['bar']> {
  return panel.bar(low ?? RATIOS.low, high ?? RATIOS.high, y, `after ${name}`, look);
}

/** Likelihood over the ratio, relative to its highest value, and its interval at these moments. */
function curvesAt(moments: readonly number[]): { points: Point[]; interval: RatioInterval }[] {
  const scenario = deployment({ rps: 2000, w: 0.05, base: 0.01, ratio: TRUE_RATIO }, 'ratio');
  const { canary, stable, historyIntervals, intervalSeconds } = scenario;
  const curve = new EvidenceCurve({
    ...evidenceOptions(
      { intervalSeconds, warmUpSeconds: 0, assumedPodSpread: 0.16 },
      { dispersionPrior: 0.1, spreadFactor: 1, catastrophe: HARD_DOWN, learnFromPods: false, common: false },
    ),
    toleratedRatio: TOLERATED,
    absoluteTolerance: 0.0005,
    promoteWithin: 1.5,
    promoteWithinAbsolute: 0.002,
  });
  const found: { points: Point[]; interval: RatioInterval }[] = [];
  for (let i = 0; found.length < moments.length; i++) {
    const endSeconds = (i + 1) * intervalSeconds;
    curve.observe({
      startSeconds: i * intervalSeconds,
      endSeconds,
      canaryRequests: canary.totalRequests[i]!,
      canaryBad: canary.totalErrors[i]!,
      stableRequests: stable.totalRequests[historyIntervals + i]!,
      stableBad: stable.totalErrors[historyIntervals + i]!,
    });
    if (!moments.includes(endSeconds)) continue;
    const { closed } = curve.state().chain;
    const highest = Math.max(...closed);
    found.push({
      points: LOG_RATIOS.map((x, k) => [Math.exp(x), Math.exp(closed[k]! - highest)] as const),
      interval: curve.ratio!,
    });
  }
  return found;
}

/** Weight per unit of the log ratio, relative to the highest. */
function density({ logWeights, positions }: RatioPrior): Point[] {
  const inside = positions.filter((k) => k > 0 && k < LOG_RATIOS.length - 1);
  const values = inside.map((k) => Math.exp(logWeights[k]!) / (LOG_RATIOS[k + 1]! - LOG_RATIOS[k - 1]!));
  const highest = Math.max(...values);
  return inside.map((k, i) => [Math.exp(LOG_RATIOS[k]!), (0.95 * values[i]!) / highest] as const);
}

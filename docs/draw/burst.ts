/** What is natural is learned from the stable pods: the same burst of the canary, in a calm service and in one that bursts. */
import type { ArmSeries, Scenario } from '../../bench/decisions/scenario.ts';
import { minutes, Panel, type Point, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { deployment, evidenceOver, firstOf, judge, ratesOf, units } from './simulated.ts';

const TRAFFIC = { rps: 5000, w: 0.05, base: 0.01 } as const;
/** The canary fails ten times as often for 40 s, and later for good. Both begin at a checkpoint, where they are found soonest. */
const RATIO = 10;
const BURST = { from: units(4), to: units(4) + 4 };
const FAULT = { from: units(8) };
const START = -4;
const END = 12;

export function drawBurst(): string {
  const calm = deployment({ ...TRAFFIC, od: 'iid' }, 'burst');
  const failing = deployment({ ...TRAFFIC, od: 'iid', ratio: RATIO }, 'burst');
  for (let i = 0; i < calm.intervals; i++) {
    if ((i >= BURST.from && i < BURST.to) || i >= FAULT.from) copyInterval(calm.canary, failing.canary, i);
  }
  const bursting = deployment({ ...TRAFFIC, od: { bp: 0.003, bm: RATIO, bl: 5 } }, 'bursting-a');
  bursting.canary = calm.canary;
  const [inCalm, inBursting] = [judge(calm), judge(bursting)];
  const [first, second] = [firstOf(inCalm, 'rollback'), firstOf(inBursting, 'rollback')];

  const rates = new Panel('rates', { x: 84, y: 46, width: 520, height: 120 }, minutes(END, 2, START), {
    low: 0,
    high: 0.15,
    scale: 'linear',
    ticks: ticksAt([0, 0.05, 0.1, 0.15], (rate) => `${Math.round(rate * 100)} %`),
    title: 'failed requests',
  });
  const evidence = new Panel('evidence', { x: 84, y: 272, width: 520, height: 170 }, minutes(END, 2, START), {
    low: 0.01,
    high: 2000,
    scale: 'log',
    ticks: ticksAt([0.01, 0.1, 1, 10, 100, 1000], (value) => (value < 1 ? `1/${Math.round(1 / value)}` : `${value}`)),
    title: 'evidence',
  });
  const shown = (points: readonly Point[]): Point[] => points.filter(([minute]) => minute >= START && minute <= END);
  return svgFile({
    height: 500,
    title: 'The same burst in a calm service and in one that bursts',
    description: `The canary fails ten times as often for 40 s from minute 4 on, and for good from minute 8 on. Where the stable pods are calm it is rolled back at ${first.minute.toFixed(1)} minutes. Where stable pods burst like that too it is rolled back at ${second.minute.toFixed(1)} minutes.`,
    body: [
      rates.frame('The canary, and the single stable pods of a service with bursts'),
      podRates(bursting).map((points) => rates.line(shown(points), 'stable thin faint')),
      rates.line(shown(ratesOf(calm, 'canary')), 'canary'),
      rates.words([END, 0.1], 'canary', { dx: 8, look: 'canary' }),
      rates.words([END, 0.015], 'stable pods', { dx: 8, look: 'stable' }),
      rates.words([BURST.from / 6 + 0.33, 0.138], 'burst', { anchor: 'middle', look: 'quiet' }),
      rates.words([FAULT.from / 6 + 2, 0.138], 'fault', { anchor: 'middle', look: 'quiet' }),
      evidence.zoneAbove(100),
      evidence.frame('What the judge makes of this canary'),
      evidence.level(100, 'bad dashed'),
      evidence.line(evidenceOver(inCalm), 'c1'),
      evidence.line(evidenceOver(inBursting), 'canary'),
      evidence.mark([first.minute, Math.exp(first.logE)], 'c1', 'diamond'),
      evidence.mark([second.minute, Math.exp(second.logE)], 'canary', 'diamond'),
      evidence.words([first.minute, 100], 'among calm pods', { dx: 14, dy: -14, look: 'c1' }),
      evidence.words([second.minute, 100], 'among bursting pods', { dx: 12, dy: 24, look: 'canary' }),
      evidence.words([END, 100], 'bound: 100', { dx: 8, look: 'bad' }),
    ],
  });
}

function copyInterval(to: ArmSeries, from: ArmSeries, interval: number): void {
  for (let pod = 0; pod < to.pods; pod++) {
    const at = interval * to.pods + pod;
    to.requests[at] = from.requests[at]!;
    to.errors[at] = from.errors[at]!;
  }
  to.totalRequests[interval] = from.totalRequests[interval]!;
  to.totalErrors[interval] = from.totalErrors[interval]!;
}

/** Error rate of every stable pod, from before the deployment on. */
function podRates({ stable, historyIntervals, intervals, intervalSeconds }: Scenario): Point[][] {
  return Array.from({ length: stable.pods }, (_, pod) =>
    Array.from({ length: historyIntervals + intervals }, (_, i) => {
      const at = i * stable.pods + pod;
      const minute = ((i + 1 - historyIntervals) * intervalSeconds) / 60;
      return [minute, stable.errors[at]! / Math.max(stable.requests[at]!, 1)] as const;
    }),
  );
}

/** Evidence as a bet: what twenty healthy canaries and a faulty one make of it. */
import { minutes, Panel, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { deployment, evidenceOver, firstOf, judge, units } from './simulated.ts';

const HEALTHY = 20;
const TRAFFIC = { rps: 500, w: 0.05, base: 0.01, od: 'all' } as const;

export function drawEvidence(): string {
  const healthy = Array.from({ length: HEALTHY }, (_, run) => judge(deployment(TRAFFIC, `healthy-${run}`)));
  // Near the median of 24 such runs, which took 70 to 440 s.
  const faulty = judge(deployment({ ...TRAFFIC, ratio: 5, onset: units(10) }, 'late-2'));
  const found = firstOf(faulty, 'rollback');
  const highest = Math.exp(Math.max(...healthy.flat().map(({ logE }) => logE)));
  const panel = new Panel('evidence', { x: 84, y: 46, width: 520, height: 250 }, minutes(30, 5), {
    low: 0.01,
    high: 2000,
    scale: 'log',
    ticks: ticksAt([0.01, 0.1, 1, 10, 100, 1000], (value) => (value < 1 ? `1/${Math.round(1 / value)}` : `${value}`)),
    title: 'evidence',
  });
  return svgFile({
    height: 354,
    title: 'Evidence of healthy canaries and of a faulty one',
    description: `The evidence of ${HEALTHY} healthy deployments stays below the bound of 100; the highest one ever is ${highest.toPrecision(2)}. That of a canary which fails five times as often from the tenth minute on reaches the bound at ${found.minute.toFixed(1)} minutes.`,
    body: [
      panel.zoneAbove(100),
      panel.frame(`The same bet on ${HEALTHY} healthy canaries and on a faulty one`),
      healthy.map((run) => panel.line(evidenceOver(run), 'stable thin faint')),
      panel.level(100, 'bad dashed'),
      panel.upright(10, 'grey dashed'),
      panel.words([10, 0.01], 'the fault begins: 5 times the errors', { dx: 7, dy: -12, look: 'quiet' }),
      panel.line(evidenceOver(faulty), 'canary'),
      panel.mark([found.minute, Math.exp(found.logE)], 'canary', 'diamond'),
      panel.words([found.minute, Math.exp(found.logE)], `rolled back after ${Math.round((found.minute - 10) * 60)} s`, {
        dx: 14,
        dy: -12,
        look: 'canary',
      }),
      panel.words([30, 100], 'bound: 100', { dx: 8, look: 'bad' }),
      panel.words([30, 0.05], 'healthy', { dx: 8, look: 'stable' }),
    ],
  });
}

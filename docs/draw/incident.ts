/** An incident that hits both arms, and a fault of the canary inside it. */
import { minutes, Panel, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { deployment, evidenceOver, firstOf, judge, ratesOf, units } from './simulated.ts';

const END = 20;
const FAULT = 12;

export function drawIncident(): string {
  const scenario = deployment(
    { rps: 500, w: 0.1, base: 0.001, od: 'iid', incident: [units(4), units(END), 20], ratio: 5, onset: units(FAULT) },
    'incident',
  );
  const judged = judge(scenario);
  const found = firstOf(judged, 'rollback');
  const held = judged.filter(({ external }) => external);
  if (held.length === 0) throw new Error('The picture shows a hold, and there is none any more.');
  const [from, to] = [held[0]!.minute - 1 / 6, held.at(-1)!.minute];
  const shown = ([minute, rate]: [number, number]): [number, number] => [minute, Math.max(rate, 1e-4)];
  const rates = new Panel('rates', { x: 84, y: 46, width: 520, height: 140 }, minutes(END, 2), {
    low: 1e-4,
    high: 0.2,
    scale: 'log',
    ticks: ticksAt([1e-4, 1e-3, 1e-2, 1e-1], (rate) => (rate === 1e-4 ? '0' : `${rate * 100} %`)),
    title: 'failed requests',
  });
  const evidence = new Panel('evidence', { x: 84, y: 292, width: 520, height: 150 }, minutes(END, 2), {
    low: 0.01,
    high: 1000,
    scale: 'log',
    ticks: ticksAt([0.01, 0.1, 1, 10, 100, 1000], (value) => (value < 1 ? `1/${Math.round(1 / value)}` : `${value}`)),
    title: 'evidence',
  });
  const within = ([minute]: readonly [number, number]): boolean => minute <= END;
  return svgFile({
    height: 500,
    title: 'An incident from outside, and a fault inside it',
    description: `From minute 4 on both arms fail twenty times as often. The evidence against the canary does not rise, and the rollout is held from ${from.toFixed(1)} minutes on. From minute ${FAULT} on the canary fails five times as often again; it is rolled back at ${found.minute.toFixed(1)} minutes.`,
    body: [
      rates.span(from, Math.min(to, END)),
      rates.frame('Failed requests of both arms, every 10 s'),
      rates.line(ratesOf(scenario, 'canary').filter(within).map(shown), 'canary'),
      rates.line(ratesOf(scenario, 'stable').filter(within).map(shown), 'stable'),
      rates.words([END, 0.1], 'canary', { dx: 8, look: 'canary' }),
      rates.words([END, 0.02], 'stable', { dx: 8, look: 'stable' }),
      rates.upright(FAULT, 'grey dashed'),
      rates.words([4, 1e-4], 'both fail 20 times as often', { dx: 8, dy: -30, look: 'quiet' }),
      rates.words([4, 1e-4], 'held: the cause lies outside', { dx: 8, dy: -13, look: 'span-label' }),
      rates.words([FAULT, 1e-4], 'the canary another 5 times', { dx: 8, dy: -30, look: 'quiet' }),
      evidence.zoneAbove(100),
      evidence.span(from, Math.min(to, END)),
      evidence.frame('Evidence that the canary is worse than stable'),
      evidence.level(100, 'bad dashed'),
      evidence.line(evidenceOver(judged), 'canary'),
      evidence.mark([found.minute, Math.exp(found.logE)], 'canary', 'diamond'),
      evidence.words([found.minute, Math.exp(found.logE)], 'rolled back', { dx: 14, dy: -14, look: 'canary' }),
      evidence.words([END, 100], 'bound: 100', { dx: 8, look: 'bad' }),
      evidence.upright(FAULT, 'grey dashed'),
      evidence.words([from, 3], 'who fails has not changed', { dx: 8, look: 'quiet' }),
    ],
  });
}

/** Not disproved is not proven: what two healthy canaries can show, one with much traffic and one with little. */
import type { Markup, Piece } from '../../src/report/escape.ts';
import { minutes, Panel, type PanelAxis, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { deployment, ERRORS_ONLY, firstOf, type Judged, judge } from './simulated.ts';

const RATIOS: PanelAxis = {
  low: 0.1,
  high: 10,
  scale: 'log',
  ticks: ticksAt([0.1, 0.2, 0.5, 1, 2, 5, 10], (ratio) => (ratio < 1 ? `1/${Math.round(1 / ratio)}` : `${ratio}`)),
  title: 'errors of canary / stable',
};

export function drawPromotion(): string {
  const busy = judge(deployment({ rps: 500, w: 0.05, base: 0.01, od: 'iid' }, 'busy'));
  const quiet = judge(deployment({ rps: 10, w: 0.05, base: 0.01, od: 'iid' }, 'quiet'));
  const promoted = firstOf(busy, 'promote');
  const end = quiet.at(-1)!.criteria[0]!.effect!;
  const margin = ERRORS_ONLY.criteria[0]!.promoteWithin;
  const left = new Panel('busy', { x: 84, y: 46, width: 245, height: 230 }, minutes(15, 5), RATIOS);
  const right = new Panel('quiet', { x: 354, y: 46, width: 245, height: 230 }, minutes(15, 5), {
    ...RATIOS,
    ticks: RATIOS.ticks.map(({ value }) => ({ value, label: '' })),
    title: '',
  });
  const at = promoted.criteria[0]!.effect!;
  return svgFile({
    height: 334,
    title: 'Two healthy canaries: one is proven, one is not',
    description: `Interval of the ratio of error rates, of two healthy canaries. With 25 requests a second it narrows, and the canary is promoted after ${promoted.minute.toFixed(1)} minutes: the ratio is shown to be below ${margin}. With half a request a second it still reaches up to ${end.high === null ? 'any ratio' : end.high.toPrecision(2)} after half an hour: nothing speaks against that canary, and nothing for it.`,
    body: [
      left.frame('Canary: 25 requests a second'),
      right.frame('Canary: half a request a second'),
      intervals(left, busy),
      intervals(right, quiet),
      [left, right].map((panel) => [panel.level(1, 'grey thin'), panel.level(margin, 'good dashed')]),
      left.upright(promoted.minute, 'good thin', RATIOS.low, at.estimate),
      left.mark([promoted.minute, at.estimate], 'good', 'diamond'),
      left.words([promoted.minute, RATIOS.low], `promoted, ${promoted.minute.toFixed(0)} min`, {
        dx: 8,
        dy: -13,
        look: 'good',
      }),
      right.words([15, RATIOS.low], 'continue: neither worse nor proven', {
        dx: -6,
        dy: -13,
        anchor: 'end',
        look: 'quiet',
      }),
      right.words([15, margin], 'to be proven', { dx: 8, dy: -6, look: 'good' }),
      right.words([15, margin], `below ${margin}`, { dx: 8, dy: 10, look: 'good' }),
      right.words([15, 1], 'equal', { dx: 8, dy: 12, look: 'quiet' }),
    ],
  });
}

function intervals(panel: Panel, judged: readonly Judged[]): (Markup | Piece)[] {
  const effects = judged.flatMap(({ minute, criteria }) => {
    const { effect } = criteria[0]!;
    return effect === null || minute > 15 ? [] : [{ minute, ...effect }];
  });
  return [
    panel.band(
      effects.map(({ minute, low, high }) => [minute, low ?? RATIOS.low / 2, high ?? RATIOS.high * 2]),
      'canary pale',
    ),
    panel.line(
      effects.map(({ minute, estimate }) => [minute, estimate]),
      'canary',
    ),
  ];
}

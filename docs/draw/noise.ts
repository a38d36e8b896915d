/** Why a line in the dashboard and a p-value both roll back healthy canaries: rates are noisy, and everybody looks often. */
import { RandomStream } from '../../bench/decisions/random.ts';
import { minutes, Panel, ticksAt } from '../../src/report/panel.ts';
import { svgFile } from '../../src/report/svg-file.ts';
import { deployment, ratesOf } from './simulated.ts';

const THRESHOLD = 0.02;
const DEPLOYMENTS = 400;
const LOOKS = 180;
/** One-sided 5 %. */
const SIGNIFICANT = 1.645;

export function drawNoise(): string {
  const healthy = deployment({ rps: 500, w: 0.05, base: 0.01, od: 'all' }, 'noise');
  const [canary, stable] = [ratesOf(healthy, 'canary'), ratesOf(healthy, 'stable')];
  const above = canary.filter(([, rate]) => rate > THRESHOLD);
  const rates = new Panel('rates', { x: 84, y: 46, width: 490, height: 150 }, minutes(30, 5), {
    low: 0,
    high: 0.05,
    scale: 'linear',
    ticks: ticksAt([0, 0.01, 0.02, 0.03, 0.04, 0.05], (rate) => `${Math.round(rate * 100)} %`),
    title: 'failed requests',
  });
  const condemned = condemnedShares();
  const last = condemned.at(-1)![1];
  const peeking = new Panel('peeking', { x: 84, y: 306, width: 490, height: 150 }, minutes(30, 5), {
    low: 0,
    high: 0.5,
    scale: 'linear',
    ticks: ticksAt([0, 0.1, 0.2, 0.3, 0.4, 0.5], (share) => `${Math.round(share * 100)} %`),
    title: 'condemned so far',
  });
  return svgFile({
    height: 514,
    title: 'Noise and looking often',
    description: `Above, a healthy canary whose error rate is above 2 % in ${above.length} of ${canary.length} intervals, although it is as good as stable. Below, the share of ${DEPLOYMENTS} healthy deployments that a test at the level of 5 % has called worse at least once, if it is asked every 10 s: ${percent(last)} after 30 minutes.`,
    body: [
      rates.frame('One healthy canary: its errors and those of stable, every 10 s'),
      rates.line(canary, 'canary thin'),
      rates.line(stable, 'stable'),
      rates.level(THRESHOLD, 'bad dashed'),
      above.map((point) => rates.mark([point[0], Math.min(point[1], 0.05)], 'bad')),
      rates.words([30, THRESHOLD], 'threshold 2 %', { dx: 8, look: 'bad' }),
      rates.words([30, 0.0055], 'stable', { dx: 8, look: 'stable' }),
      rates.words([30, 0.036], 'canary:', { dx: 8, look: 'canary' }),
      rates.words([30, 0.036], `${above.length} false alarms`, { dx: 8, dy: 16, look: 'canary' }),
      peeking.frame(`${DEPLOYMENTS} healthy canaries without any noise but chance, tested every 10 s`),
      peeking.steps(condemned, 'canary'),
      peeking.level(0.05, 'bad dashed'),
      peeking.words([30, last], `${percent(last)} called worse`, { dx: 8, look: 'canary' }),
      peeking.words([30, last], 'at least once', { dx: 8, dy: 16, look: 'canary' }),
      peeking.words([30, 0.05], 'promised: 5 %', { dx: 8, look: 'bad' }),
    ],
  });
}

/** Share of healthy deployments that a test of two proportions has called worse at least once, look after look. */
function condemnedShares(): [number, number][] {
  const random = new RandomStream('docs/peeking');
  const first = new Float64Array(LOOKS + 1);
  for (let run = 0; run < DEPLOYMENTS; run++) {
    let [canary, stable] = [0, 0];
    for (let look = 1; look <= LOOKS; look++) {
      canary += random.binomial(1000, 0.01);
      stable += random.binomial(4000, 0.01);
      const pooled = (canary + stable) / (5000 * look);
      const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / (1000 * look) + 1 / (4000 * look)));
      if (deviation > 0 && (canary / 1000 - stable / 4000) / look / deviation > SIGNIFICANT) {
        first[look]! += 1;
        break;
      }
    }
  }
  let sum = 0;
  return Array.from(first, (count, look) => {
    sum += count;
    return [look / 6, sum / DEPLOYMENTS];
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

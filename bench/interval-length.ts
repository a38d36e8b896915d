/**
 * The judge on the same simulated minutes at intervals of 2, 5, 10 and 60 s: the rates of false rollbacks must agree.
 * Run: `npm run bench -- interval-length [runs]`.
 */
import { TRAFFIC_NOISE } from '../src/testing/index.ts';
import { secondsToRollback, simulateArms } from '../test/helpers/judge-runs.ts';
import { percent, wilsonInterval } from './figures.ts';

const LENGTHS = [2, 5, 10, 60];
const CELLS = [
  ['bursts', 50, 0.05, 0.01],
  ['bursts', 500, 0.05, 0.01],
  ['bursts', 5000, 0.01, 0.001],
  ['mixed', 500, 0.05, 0.01],
  ['mixed', 5000, 0.05, 0.01],
  ['drift', 500, 0.05, 0.01],
  ['none', 50, 0.05, 0.01],
] as const;

/** Prints the rate of false rollbacks per noise and interval length, at a budget of 0.5 %. */
export function benchIntervalLength(runs: number, print: (line: string) => void): void {
  print(`Healthy canaries rolled back within 30 min, % [95 % CI] of ${runs} runs, two aggregated arms, fixed clip\n`);
  print(
    `| traffic | ${LENGTHS.map((length) => `${length} s`).join(' | ')} |\n|---|${LENGTHS.map(() => '---').join('|')}|`,
  );
  for (const [noise, requestsPerSecond, canaryShare, errorRate] of CELLS) {
    const hits = LENGTHS.map(() => 0);
    for (let run = 0; run < runs; run++) {
      const seed = `${noise} ${requestsPerSecond} ${run}`;
      const arms = simulateArms({
        seed,
        seconds: 1800,
        requestsPerSecond,
        canaryShare,
        errorRate,
        noise: TRAFFIC_NOISE[noise],
      });
      LENGTHS.forEach((length, i) => {
        if (secondsToRollback(arms, length) !== null) hits[i]! += 1;
      });
    }
    const cells = hits.map((count) => {
      const { low, high } = wilsonInterval(count, runs);
      return `${percent(count / runs)} [${percent(low)}, ${percent(high)}]`;
    });
    print(
      `| ${noise}, ${requestsPerSecond}/s x ${canaryShare * 100} %, errors ${errorRate * 100} % | ${cells.join(' | ')} |`,
    );
  }
}

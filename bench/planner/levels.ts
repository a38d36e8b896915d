/** What the judge learns of services with the noises that plans know by name. */
import { actualNoise } from '../../src/planning/planned-noise.ts';
import type { ServiceNoiseLevel } from '../../src/planning/service-noise-level.ts';
import type { CellOptions } from '../decisions/cell.ts';
import { learnedTraffic } from './prediction.ts';

const ERRORS: Readonly<Record<string, CellOptions>> = {
  independent: {},
  calm: { od: { pod: 0.03, gcv: 0.2 } },
  usual: { od: { pod: 0.06, gcv: 0.3 } },
  noisy: { od: 'all' },
};
const LATENCY: Readonly<Record<string, CellOptions>> = {
  independent: {},
  calm: { noise: 0.5 },
  usual: { noise: true },
  noisy: { noise: true, gc: true },
};
const SERVICE: CellOptions = { rps: 500, w: 0.05, base: 0.01 };

/** Prints the levels of `service-noise-level.ts`, the middle of so many recordings. */
export function printLevels(recordings: number, print: (line: string) => void): void {
  print('| count | noise | seconds | squared CV | spread | cap | as it is |\n|---|---|---|---|---|---|---|');
  const row = (count: string, name: string, level: ServiceNoiseLevel): void => {
    const { squaredCv, spread } = actualNoise(level);
    for (const one of [level, ...(level.later ? [level.later] : [])]) {
      const figures = [one.learnedSeconds, digits(one.squaredCv), digits(one.spread), digits(one.clipNats)];
      print(`| ${[count, name, ...figures, `${digits(squaredCv)}, ${digits(spread)}`].join(' | ')} |`);
    }
  };
  for (const [name, noise] of Object.entries(ERRORS)) {
    const cell = { name: `level ${name}`, kind: 'effect', pods: true, kw: { ...SERVICE, ratio: 1, ...noise } } as const;
    row('errors', name, learnedTraffic(cell, recordings).noise as ServiceNoiseLevel);
  }
  for (const [name, noise] of Object.entries(LATENCY)) {
    const kw = { ...SERVICE, shift: 1, ...noise };
    const cell = { name: `level ${name}`, kind: 'effect', metric: 'latency', pods: true, kw } as const;
    const { edges = [] } = learnedTraffic(cell, recordings).latencyNoise as ServiceNoiseLevel;
    for (const edge of edges) row(`slower than ${edge.edgeMs} ms`, name, edge);
  }
}

function digits(value: number): number {
  return Number(value.toPrecision(2));
}

/**
 * The development corpus: what healthy and faulty canaries look like. The first part is the corpus of the simulation study,
 * with the same names; the second part is what it lacked: pods that differ strongly, gaps, restarts, scaling, weight steps,
 * other interval lengths, longer bursts and bursts at low counts. Promotion, latency, business metrics, whole deployments
 * and causes have files of their own.
 */
import type { Cell, Group } from './cell.ts';
import { attributionCells } from './corpus-attribution.ts';
import { businessCells } from './corpus-business.ts';
import { deploymentCells } from './corpus-deployment.ts';
import { latencyCells } from './corpus-latency.ts';
import { promotionCells } from './corpus-promotion.ts';
import type { Noise, ScenarioOptions } from './scenario-options.ts';

/** All cells of the development corpus. */
export function developmentCorpus(): Cell[] {
  return [
    ...studyCells(),
    ...addedCells(),
    ...promotionCells(),
    ...latencyCells(),
    ...businessCells(),
    ...deploymentCells(),
    ...attributionCells(),
  ];
}

/** Log-sd of persistent pod differences from which pods count as strongly different. */
const STRONG_PODS = 0.3;

/**
 * The group of a cell: its own, or by its metrics and options. `others` is what is not plain noise (cold starts, tolerated
 * differences, gaps, restarts, scaling, weight steps, other interval lengths).
 */
export function groupOf(cell: Cell): Group {
  const { group, kind, metric, metrics, kw } = cell;
  if (group !== undefined) return group;
  if (kind === 'promote') return 'promotion';
  if (metrics !== undefined && metrics.length > 1) return 'whole deployment';
  const [one] = metrics ?? [metric];
  const only = typeof one === 'object' ? one.metric : one;
  if (only === 'latency' || only === 'business') return only;
  if (kw.interference !== undefined || kw.dependency !== undefined) return 'attribution';
  const { od, ratio = 1, add = 0, cold = 0, w, intervalSeconds = 10 } = kw;
  if (kw.incident) return 'incident';
  if (typeof od === 'object' && (od.pod ?? 0) >= STRONG_PODS) return 'strong pods';
  const changes = kw.gaps ?? kw.reset ?? kw.scale;
  if (
    ratio !== 1 ||
    add !== 0 ||
    cold > 0 ||
    typeof w === 'object' ||
    intervalSeconds !== 10 ||
    changes !== undefined
  ) {
    return 'others';
  }
  return od === undefined || od === 'iid' ? 'iid' : 'overdispersed';
}

/** Traffic as the names spell it: requests per second, canary's share, error rate. */
type Traffic = readonly [rps: number, w: number, base: number];

function kwOf([rps, w, base]: Traffic, more: ScenarioOptions = {}): ScenarioOptions {
  return { rps, w, base, ...more };
}

function label([rps, w, base]: Traffic): string {
  return `rps${rps} w${w} b${base === 0 ? '0.0' : base}`;
}

function healthy(name: string, kw: ScenarioOptions): Cell {
  return { name, kind: 'null', kw };
}

function faulty(name: string, kw: ScenarioOptions): Cell {
  return { name, kind: 'effect', kw };
}

const INCIDENT_20X = [48, 84, 20] as const;

function studyCells(): Cell[] {
  const calm: Traffic[] = [
    [1, 0.05, 0.001],
    [1, 0.5, 0.05],
    [50, 0.05, 0],
    [50, 0.05, 0.0001],
    [50, 0.05, 0.01],
    [50, 0.5, 0.05],
    [500, 0.2, 0.001],
    [5000, 0.01, 0.0001],
    [5000, 0.01, 0.01],
    [5000, 0.05, 0.001],
    [5000, 0.2, 0.05],
    [5000, 0.5, 0.01],
  ];
  const noisy: Traffic[] = [
    [50, 0.05, 0.01],
    [500, 0.05, 0.01],
    [5000, 0.05, 0.01],
    [5000, 0.01, 0.001],
    [5000, 0.5, 0.01],
    [500, 0.2, 0.05],
  ];
  const cells = calm.map((traffic) => healthy(`AA-iid ${label(traffic)}`, kwOf(traffic)));
  for (const od of ['gamma', 'ar', 'pods', 'burst', 'all']) {
    for (const traffic of noisy) cells.push(healthy(`AA-${od} ${label(traffic)}`, kwOf(traffic, { od })));
  }
  for (const od of ['iid', 'all']) {
    const incident: Traffic[] = [
      [50, 0.05, 0.01],
      [5000, 0.05, 0.001],
    ];
    for (const traffic of incident) {
      cells.push(healthy(`AA-incident20x-${od} ${label(traffic)}`, kwOf(traffic, { od, incident: INCIDENT_20X })));
    }
    cells.push(healthy(`AA-diurnal-${od} rps5000 w0.05 b0.01`, kwOf([5000, 0.05, 0.01], { od, diurnal: 0.5 })));
  }
  for (const rps of [50, 5000]) {
    cells.push(healthy(`AA-coldstart rps${rps} w0.05 b0.01`, kwOf([rps, 0.05, 0.01], { cold: 5 })));
  }
  cells.push(
    healthy('tolerated 1.1x rps5000 w0.05 b0.01', kwOf([5000, 0.05, 0.01], { ratio: 1.1 })),
    healthy('tolerated 1.2x rps5000 w0.2 b0.05', kwOf([5000, 0.2, 0.05], { ratio: 1.2 })),
    healthy('tolerated +0.03% abs rps5000 w0.05 b0', kwOf([5000, 0.05, 0], { add: 0.0003 })),
    ...studyFaults(),
  );
  return cells;
}

function studyFaults(): Cell[] {
  const cells: Cell[] = [];
  const ratios: [...Traffic, number[]][] = [
    [1, 0.05, 0.001, [50]],
    [1, 0.2, 0.01, [50]],
    [50, 0.05, 0.0001, [50]],
    [50, 0.05, 0.001, [5, 50]],
    [50, 0.05, 0.01, [2, 5, 50]],
    [50, 0.05, 0.05, [1.5, 2, 5]],
    [50, 0.01, 0.01, [5, 50]],
    [50, 0.2, 0.01, [2, 5]],
    [50, 0.5, 0.01, [1.5, 2, 5]],
    [5000, 0.01, 0.0001, [5, 50]],
    [5000, 0.01, 0.001, [2, 5, 50]],
    [5000, 0.05, 0.001, [1.5, 2, 5, 50]],
    [5000, 0.05, 0.01, [1.5, 2, 5, 50]],
    [5000, 0.2, 0.01, [1.5, 2]],
    [5000, 0.05, 0.05, [1.5, 5]],
  ];
  for (const [rps, w, base, of] of ratios) {
    for (const ratio of of) {
      cells.push(faulty(`fault ${ratio}x ${label([rps, w, base])}`, kwOf([rps, w, base], { ratio })));
    }
  }
  for (const [rps, w] of [
    [1, 0.05],
    [50, 0.01],
    [50, 0.05],
    [5000, 0.01],
  ] as const) {
    cells.push(faulty(`hard-down rps${rps} w${w} b0.001`, kwOf([rps, w, 0.001], { add: 0.95 })));
  }
  for (const add of [0.001, 0.01, 0.05]) {
    for (const rps of [50, 5000]) {
      cells.push(faulty(`zero-base +${add} rps${rps} w0.05`, kwOf([rps, 0.05, 0], { add })));
    }
  }
  for (const rps of [50, 500]) {
    const kw = kwOf([rps, 0.05, 0.001], { add: 0.03, onset: 60 });
    cells.push(faulty(`dependency +0.03 at 10min rps${rps} w0.05 b0.001`, kw));
  }
  for (const rps of [50, 5000]) {
    cells.push(faulty(`late 5x at 10min rps${rps} w0.05 b0.01`, kwOf([rps, 0.05, 0.01], { ratio: 5, onset: 60 })));
  }
  for (const [rps, base] of [
    [50, 0.01],
    [500, 0.01],
    [5000, 0.001],
  ] as const) {
    const kw = kwOf([rps, 0.05, base], { ratio: 5, ramp: 120 });
    cells.push(faulty(`leak to 5x in 20min rps${rps} w0.05 b${base}`, kw));
  }
  for (const od of ['all', 'burst', 'ar']) {
    for (const ratio of [2, 5, 20]) {
      cells.push(faulty(`${od} ${ratio}x rps500 w0.05 b0.01`, kwOf([500, 0.05, 0.01], { od, ratio })));
    }
  }
  for (const ratio of [2, 5]) {
    cells.push(faulty(`all ${ratio}x rps5000 w0.2 b0.01`, kwOf([5000, 0.2, 0.01], { od: 'all', ratio })));
  }
  cells.push(
    faulty(
      'fault 5x under incident20x rps500 w0.05 b0.001',
      kwOf([500, 0.05, 0.001], { ratio: 5, incident: INCIDENT_20X }),
    ),
    faulty('fault 2x diurnal rps5000 w0.05 b0.01', kwOf([5000, 0.05, 0.01], { ratio: 2, diurnal: 0.5 })),
  );
  return cells;
}

const USUAL: Traffic = [500, 0.05, 0.01];
/** A usual rollout by steps: 1 %, 5 %, 20 %, 50 %. */
const STEPS = [
  [0, 0.01],
  [30, 0.05],
  [60, 0.2],
  [120, 0.5],
] as const;
/** A pod's bursts of 10x for 40 s on average. */
const LONG_BURSTS: Noise = { bp: 0.001, bm: 10, bl: 4 };

function addedCells(): Cell[] {
  const usual = label(USUAL);
  const null_ = (what: string, more: ScenarioOptions, traffic: Traffic = USUAL): Cell =>
    healthy(`AA-${what} ${label(traffic)}`, kwOf(traffic, more));
  const cells = strongPods();
  for (const traffic of [USUAL, [5000, 0.01, 0.001], [500, 0.2, 0.01]] as const) {
    cells.push(null_('burst40s', { od: LONG_BURSTS }, traffic));
  }
  for (const traffic of [
    [50, 0.05, 0.001],
    [10, 0.05, 0.01],
    [50, 0.01, 0.01],
  ] as const) {
    cells.push(null_('burst', { od: 'burst' }, traffic));
  }
  const changes: [string, ScenarioOptions][] = [
    ['gaps10%', { gaps: { share: 0.1 } }],
    ['gaps30%+2min', { gaps: { share: 0.3, canaryRun: 12 } }],
    ['reset', { reset: 60 }],
    ['scale-down', { scale: [60, 8] }],
    ['scale-up', { scale: [60, 38] }],
  ];
  for (const [what, more] of changes) {
    cells.push(null_(`${what}-all`, { ...more, od: 'all' }));
    cells.push(faulty(`5x ${what} ${usual}`, kwOf(USUAL, { ...more, ratio: 5, onset: 50 })));
  }
  for (const od of ['iid', 'pods', 'burst', 'all']) {
    cells.push(healthy(`AA-steps-${od} rps500 b0.01`, { rps: 500, base: 0.01, w: STEPS, od }));
  }
  for (const [what, more] of [
    ['5x', { ratio: 5 }],
    ['2x', { ratio: 2 }],
    ['5x at 7min', { ratio: 5, onset: 42 }],
  ] as const) {
    cells.push(faulty(`steps ${what} rps500 b0.01`, { rps: 500, base: 0.01, w: STEPS, ...more }));
  }
  // Between two start times of the judge.
  for (const rps of [500, 5000]) {
    const traffic: Traffic = [rps, 0.05, 0.01];
    cells.push(faulty(`late 5x at 10.5min ${label(traffic)}`, kwOf(traffic, { ratio: 5, onset: 63 })));
  }
  for (const intervalSeconds of [5, 30, 60]) {
    for (const od of ['burst', 'all']) {
      cells.push(null_(`${od}-every${intervalSeconds}s`, { od, intervalSeconds }));
    }
    cells.push(faulty(`5x every${intervalSeconds}s ${usual}`, kwOf(USUAL, { ratio: 5, intervalSeconds })));
    const down = kwOf([50, 0.05, 0.001], { add: 0.95, intervalSeconds });
    cells.push(faulty(`hard-down every${intervalSeconds}s rps50 w0.05 b0.001`, down));
  }
  return cells;
}

function strongPods(): Cell[] {
  const alone: Traffic[] = [
    [50, 0.05, 0.01],
    [50, 0.2, 0.001],
    [500, 0.05, 0.01],
    [500, 0.2, 0.01],
    [5000, 0.05, 0.001],
    [5000, 0.05, 0.01],
  ];
  const withNoise: Traffic[] = [
    [500, 0.05, 0.01],
    [5000, 0.2, 0.001],
  ];
  return [0.3, 0.5, 1].flatMap((pod) => [
    ...alone.map((traffic) => healthy(`AA-pods${pod} ${label(traffic)}`, kwOf(traffic, { od: { pod } }))),
    ...withNoise.map((traffic) =>
      healthy(`AA-pods${pod}-gamma ${label(traffic)}`, kwOf(traffic, { od: { pod, gcv: 0.3 } })),
    ),
  ]);
}

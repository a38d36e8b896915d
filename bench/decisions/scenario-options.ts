/** What the traffic and the errors of a simulated deployment are made of, and the check of it. */
import { type Rule, rate, share } from './check.ts';

/**
 * Natural noise of each pod's error rate, per 10 s: `pod` log-sd of persistent differences between pods; `gcv` CV of
 * independent gamma noise; `ar`, `arsd` coefficient and log-sd of a drift of its own; `com` log-sd of a drift that all pods
 * share; `bp`, `bm`, `bl` chance of a burst, its factor and its mean length in units of 10 s.
 */
export interface Noise {
  pod?: number;
  gcv?: number;
  ar?: number;
  arsd?: number;
  com?: number;
  bp?: number;
  bm?: number;
  bl?: number;
}

/** Weight steps of the canary: `[from which unit of 10 s, share of the traffic]`. */
export type WeightSteps = readonly (readonly [number, number])[];

/** One simulated deployment. All indices and lengths are in units of 10 s after the deployment, whatever `intervalSeconds` is. */
export interface ScenarioOptions {
  /** Requests per second of both arms together; 50 by default. */
  rps?: number;
  /** Canary's share of the traffic, or its steps; 0.05 by default. */
  w?: number | WeightSteps;
  /** Error rate of a healthy pod; 0.001 by default. */
  base?: number;
  /** Noise: a preset's name or its numbers; `iid` by default. */
  od?: string | Noise;
  /** The arm whose pods burst, where `od` has bursts; both by default. */
  burstsAt?: 'both' | 'canary' | 'stable';
  /** The canary's fault from `onset` on: factor on its error rate and addition to it; with `ramp`, the factor grows linearly over that many units. */
  ratio?: number;
  add?: number;
  onset?: number;
  ramp?: number;
  /** `[from, to, factor]`: all error rates of both arms are multiplied. */
  incident?: readonly [number, number, number];
  /**
   * The canary overloads something shared: the error rates of both arms are multiplied by 1 + this x the canary's weight,
   * from each weight step on.
   */
  interference?: number;
  /** Calls to a dependency, one a request, that begin to fail. */
  dependency?: DependencyOptions;
  /** Amplitude of a wave of two hours in traffic and error rate. */
  diurnal?: number;
  /** Factor on a cold canary's error rate at its start; decays within 2 minutes. */
  cold?: number;
  /** Units of 10 s of stable's history before the deployment; 60 by default. */
  hist?: number;
  /** Missing telemetry: share of the intervals of each arm, and the length of one run of missing canary intervals. */
  gaps?: { share?: number; canaryRun?: number };
  /** The canary's pods restart within this unit, and its cumulative counters with them. */
  reset?: number;
  /** `[from which unit, pods]`: stable is scaled to so many pods. */
  scale?: readonly [number, number];
  /** Length of an interval: a divisor or a multiple of 10; 10 by default. */
  intervalSeconds?: number;
}

/**
 * A dependency, `db`, of which 0.1 % of the calls fail, and with each such call the request. From unit `from` to unit `to`
 * (exclusive; to the end by default) `factor` times as many fail, and the share `add` more; at both arms or at the canary.
 */
export interface DependencyOptions {
  from: number;
  to?: number;
  add?: number;
  factor?: number;
  arm?: 'both' | 'canary';
}

/** Units of 10 s that are judged: 30 minutes. */
export const HORIZON_UNITS = 180;
/** The unit of all indices, in seconds. */
export const UNIT_SECONDS = 10;

/** Noise presets, per pod and 10 s. */
export const NOISE_PRESETS: Readonly<Record<string, Noise>> = {
  iid: {},
  gamma: { gcv: 0.7 },
  ar: { ar: 0.9, arsd: 0.3, com: 0.3 },
  pods: { pod: 0.15, gcv: 0.3 },
  burst: { bp: 0.001, bm: 10, bl: 3 },
  all: { gcv: 0.5, ar: 0.9, arsd: 0.2, com: 0.3, pod: 0.1, bp: 0.0003, bm: 8, bl: 3 },
};

const unit: Rule = (check, path, value) => check.integer(path, value, 0, HORIZON_UNITS - 1);

const NOISE_RULES: Record<keyof Noise, Rule> = {
  pod: rate,
  gcv: rate,
  ar: (check, path, value) => check.number(path, value, -1, 1),
  arsd: rate,
  com: rate,
  bp: share,
  bm: rate,
  bl: (check, path, value) => check.number(path, value, 1),
};

const DEPENDENCY_RULES: Record<keyof DependencyOptions, Rule> = {
  from: (check, path, value) => check.integer(path, value, -10_000, HORIZON_UNITS - 1),
  to: (check, path, value) => check.integer(path, value, -10_000),
  add: share,
  factor: rate,
  arm: (check, path, value) => check.oneOf(path, value, ['both', 'canary']),
};

/** How each option is checked. */
export const SCENARIO_RULES: Record<keyof ScenarioOptions, Rule> = {
  rps: rate,
  w(check, path, value) {
    if (!Array.isArray(value)) return check.number(path, value, 0, 1);
    if (value.length === 0) check.fail(path, 'needs at least one step');
    let last = -1;
    value.forEach((step, i) => {
      const at = `${path}[${i}]`;
      const [from, weight] = check.tuple(at, step, 2);
      check.integer(`${at}[0]`, from, 0, HORIZON_UNITS - 1);
      check.number(`${at}[1]`, weight, 0, 1);
      if ((from as number) <= last) check.fail(`${at}[0]`, 'must be later than the step before');
      last = from as number;
    });
    if (value[0][0] !== 0) check.fail(`${path}[0][0]`, 'must be 0: the first step starts with the deployment');
  },
  base: share,
  od(check, path, value) {
    // Which names there are depends on the metric.
    if (typeof value !== 'string') check.entries(path, value, NOISE_RULES, 'a noise');
  },
  burstsAt: (check, path, value) => check.oneOf(path, value, ['both', 'canary', 'stable']),
  ratio: rate,
  add: (check, path, value) => check.number(path, value, -1, 1),
  onset: unit,
  ramp: (check, path, value) => check.integer(path, value, 0),
  incident(check, path, value) {
    const [from, to, factor] = check.tuple(path, value, 3);
    check.integer(`${path}[0]`, from, -10_000);
    check.integer(`${path}[1]`, to, from as number);
    check.number(`${path}[2]`, factor, 0);
  },
  interference: rate,
  dependency(check, path, value) {
    check.entries(path, value, DEPENDENCY_RULES, 'an option');
    const { from, to } = value as DependencyOptions;
    if (from === undefined) check.fail(`${path}.from`, 'is missing');
    if (to !== undefined) check.integer(`${path}.to`, to, from);
  },
  diurnal: share,
  cold: rate,
  hist: (check, path, value) => check.integer(path, value, 0, 10_000),
  gaps(check, path, value) {
    const canaryRun: Rule = (_, at, length) => check.integer(at, length, 0, HORIZON_UNITS);
    check.entries(path, value, { share, canaryRun }, 'an option');
  },
  reset: unit,
  scale(check, path, value) {
    const [from, pods] = check.tuple(path, value, 2);
    check.integer(`${path}[0]`, from, 0, HORIZON_UNITS - 1);
    check.integer(`${path}[1]`, pods, 1, 1000);
  },
  intervalSeconds(check, path, value) {
    check.integer(path, value, 1, 600);
    const length = value as number;
    const divides = UNIT_SECONDS % length === 0 || length % UNIT_SECONDS === 0;
    if (!divides || (HORIZON_UNITS * UNIT_SECONDS) % length !== 0) {
      check.fail(path, 'must divide 10 or be a multiple of 10 that divides 1800');
    }
  },
};

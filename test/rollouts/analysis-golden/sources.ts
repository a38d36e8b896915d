/** Metrics, sets of templates and field paths, drawn at random from a fixed seed, that Argo's own functions have judged. */
import { metric, type Part, PROMETHEUS } from '../cases/analysis-objects.ts';

/** How many of each. */
const EACH = 1_000;

/** Mulberry32: the same numbers everywhere. */
function randomly(seed: number): <T>(from: readonly T[]) => T {
  let state = seed;
  return (from) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return from[((t ^ (t >>> 14)) >>> 0) % from.length]!;
  };
}

const COUNTS = [undefined, undefined, 0, 1, 2, 3, 5, -1, -2, '2', '0', '-1', 'x', '+3', '1.5', ''];
const TIMES = [undefined, '', '30s', '1d', '5', '-5s', '1h30m', '0', '.5s', '1e3s', 'abc', '1m 30s'];
const PROVIDERS: readonly Part[] = [
  { prometheus: PROMETHEUS },
  { prometheus: PROMETHEUS },
  { prometheus: PROMETHEUS },
  {},
  { web: { url: 'x' }, prometheus: PROMETHEUS },
  { plugin: { 'a/b': {}, 'c/d': {} } },
  { plugin: { 'a/b': {} } },
  { plugin: {}, job: {} },
];

/** Metrics for `ValidateMetric` (Argo: utils/analysis/factory.go). */
export function metrics(): Part[] {
  const pick = randomly(1);
  return Array.from({ length: EACH }, () =>
    metric({
      ...{ count: pick(COUNTS), failureLimit: pick(COUNTS), consecutiveSuccessLimit: pick(COUNTS) },
      ...{ inconclusiveLimit: pick(COUNTS), consecutiveErrorLimit: pick(COUNTS) },
      ...{ interval: pick(TIMES), initialDelay: pick(TIMES), provider: pick(PROVIDERS) },
    }),
  );
}

/** Args of templates that are used together, and those that are given to them, for `flattenArgs` and `MergeArgs`. */
export function argSets(): { templates: Part[][]; given: Part[] }[] {
  const pick = randomly(2);
  const some = (most: number): unknown[] => Array.from({ length: pick(Array.from({ length: most + 1 }, (_, n) => n)) });
  const declared = (): Part => {
    const value = { value: pick(['x', 'y', '']) };
    const valueFrom = { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
    return { name: pick(['a', 'b', 'c']), ...pick([{}, value, value, { ...value, ...valueFrom }, valueFrom]) };
  };
  return Array.from({ length: EACH }, () => ({
    templates: [...some(2), 0].map(() => some(3).map(declared)),
    given: some(2).map(() => ({ name: pick(['a', 'b', 'c']), value: pick(['x', '']) })),
  }));
}

const JOINTS = ['.', '[', '].', '..'];
const KEYS = [
  ...['strategy', 'canary', 'steps', '0', '1', '2', 'setWeight', 'pause', 'maxSurge', 'replicas'],
  ...['template', 'metadata', 'labels', 'app', 'spec', 'containers', 'name', 'image', ''],
];
const PATHS = [
  ...['spec.strategy.canary.steps[0].setWeight', 'spec.strategy.canary.steps[0]', 'spec.strategy.canary.maxSurge'],
  ...['spec.template.metadata.labels.app', 'spec.template.spec.containers[0].image', 'foo', '.spec.replicas'],
  ...['spec.strategy.canary.steps[x]', 'spec.strategy.canary.steps.0.setWeight]', 'spec.strategy.canary.steps[9]'],
  ...['spec.strategy.canary.steps[+0].setWeight', 'spec.strategy.canary.steps[00].setWeight'],
];

/** Field paths for `extractValueFromRollout`. */
export function fieldPaths(): string[] {
  const pick = randomly(3);
  return Array.from({ length: EACH }, () =>
    pick([false, false, false, true])
      ? pick(PATHS)
      : `spec${Array.from({ length: pick([1, 2, 3, 4, 5, 6]) }, () => pick(JOINTS) + pick(KEYS)).join('')}`,
  );
}

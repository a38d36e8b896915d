/** How a canary goes through its steps: what Argo accepts, though nobody would notice a bad version. Advice, mostly. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { actualWeight } from './replicas.ts';
import { says } from './strategy.ts';

/** At these the rollout stands long enough for somebody to look. */
const WAITING = ['pause', 'analysis', 'experiment', 'plugin'];
/** Rounding is nobody's mistake: a weight is off when it is another by half, or by so many points. */
const OFF_BY_FACTOR = 1.5;
const OFF_BY_POINTS = 10;

/** Reports weights that nobody watches, that descend, that the pods cannot make, and a course that nothing judges. */
export function checkCourse(root: Field, context: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  const steps = canary.at('steps').items.filter((step) => step.isObject);
  if (steps.length === 0) return;
  checkWeights(steps, canary, context);
  checkActualWeights(steps, root, context);
  checkScale(steps, root, context);
  checkJudge(steps, canary, context);
  checkDeadline(steps, root, context);
  checkStart(steps.length, canary.at('analysis', 'startingStep'), context);
}

function checkWeights(steps: readonly Field[], canary: Field, { report }: Context): void {
  // Without a router, or where the old pods follow the weight, none is left at 100.
  const stableGoes = !canary.at('trafficRouting').present || canary.at('dynamicStableScale').value === true;
  let previous: Field | null = null;
  let waited = true;
  const checkFull = () => {
    if (previous?.number !== 100 || !waited || !stableGoes) return;
    const effect = 'To go back, they must be started anew.';
    const mend = 'Stop at a lower weight.';
    report.advice('full-weight-alone', previous, 'At 100 no old pod is left.', effect, mend);
  };
  for (const step of steps) {
    const weight = step.at('setWeight');
    const { number } = weight;
    if (number === undefined) {
      waited ||= WAITING.some((kind) => step.at(kind).present);
      continue;
    }
    const before = previous?.number ?? 0;
    if (previous !== null && before > 0 && !waited && before !== number) {
      const effect = 'The next follows as soon as the pods are ready.';
      report.advice('weight-unwatched', previous, `Nothing waits at ${before}.`, effect, 'Add a pause or an analysis.');
    }
    if (number < before && number > 0) {
      const message = `${number} comes after ${before}.`;
      report.advice('weights-descend', weight, message, 'The canary loses traffic again.', 'Let weights rise.');
    }
    checkFull();
    previous = weight;
    waited = false;
  }
  checkFull();
  const last = previous?.number ?? 0;
  if (previous !== null && !waited && last > 0 && last < 100) {
    const message = `Nothing waits at ${last}, the last.`;
    const effect = 'All traffic follows as soon as the pods are ready.';
    report.advice('last-weight-unwatched', previous, message, effect, 'Add a pause or an analysis.');
  }
}

function checkActualWeights(steps: readonly Field[], root: Field, { report }: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  const replicas = root.at('spec', 'replicas').number;
  // Without replicas, an autoscaler may set them.
  if (canary.at('trafficRouting').present || replicas === undefined || replicas < 1) return;
  for (const step of steps) {
    const field = step.at('setWeight');
    const weight = field.number;
    if (weight === undefined || weight <= 0 || weight >= 100) continue;
    const actual = actualWeight(replicas, weight, canary.at('maxSurge'));
    const isOff = actual > weight * OFF_BY_FACTOR || actual * OFF_BY_FACTOR < weight;
    if (!isOff && Math.abs(actual - weight) <= OFF_BY_POINTS) continue;
    const message = `${replicas === 1 ? 'One pod' : `${replicas} pods`} cannot make ${weight} %.`;
    const effect = `The canary gets ${Math.round(actual)} % of them.`;
    report.unsafe('weight-unreachable', field, message, effect, 'Add replicas, or a router.');
  }
}

/** A setCanaryScale holds until the next one, whatever weights come (Argo: utils/replicaset/canary.go, UseSetCanaryScale). */
function checkScale(steps: readonly Field[], root: Field, { report }: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  if (!canary.at('trafficRouting').present) return;
  const of = canary.at('trafficRouting', 'maxTrafficWeight').number ?? 100;
  const pods = root.at('spec', 'replicas').number;
  let percent: number | null = null;
  for (const step of steps) {
    const scale = step.at('setCanaryScale');
    const replicas = scale.at('replicas').number;
    if (scale.at('matchTrafficWeight').value === true) percent = null;
    else if (replicas !== undefined) percent = pods ? (replicas * 100) / pods : null;
    else percent = scale.at('weight').number ?? percent;
    const weight = ((step.at('setWeight').number ?? 0) * 100) / of;
    if (percent === null || weight <= percent * OFF_BY_FACTOR || weight <= percent + OFF_BY_POINTS) continue;
    const message = `The canary gets ${Math.round(weight)} % of the traffic with ${Math.round(percent)} % of the pods.`;
    const effect = 'setCanaryScale holds until the next: the pods may be overloaded.';
    const mend = 'Before it, add setCanaryScale: { matchTrafficWeight: true }.';
    report.advice('canary-too-small', step.at('setWeight'), message, effect, mend);
    return;
  }
}

function checkJudge(steps: readonly Field[], canary: Field, { report }: Context): void {
  const judged = steps.some(
    (step) =>
      step.at('analysis').present ||
      step.at('plugin').present ||
      step.at('experiment', 'analyses').items.length > 0 ||
      isEndless(step),
  );
  if (judged || canary.at('analysis').present) return;
  const message = 'No analysis and no person judges this canary.';
  const effect = 'It goes on after its pauses, whatever it does.';
  const mend = 'Add an analysis, or a pause without an end.';
  report.advice('nothing-judges', canary.at('steps'), message, effect, mend);
}

function isEndless(step: Field): boolean {
  return step.at('pause').present && !step.at('pause', 'duration').present;
}

function checkDeadline(steps: readonly Field[], root: Field, { report }: Context): void {
  const abort = root.at('spec', 'progressDeadlineAbort');
  if (abort.value !== true || !steps.some(isEndless) || root.at('spec', 'strategy', 'canary', 'analysis').present)
    return;
  const message = 'The deadline does not count pauses, and one has no end.';
  const effect = 'A canary that fails there is not aborted.';
  report.advice('deadline-stands-still', abort, message, effect, 'Add an analysis.');
}

function checkStart(steps: number, start: Field, { report }: Context): void {
  if ((start.number ?? 0) < steps) return;
  const message = says(start);
  const mend = `Use at most ${steps - 1}.`;
  report.unsafe('analysis-starts-late', start, message, 'The analysis never starts.', mend);
}

/** Incidents and dependencies in words, for the sentence of a decision. */
import type { AttributionWatch, Incident } from './attribution.ts';
import type { DependencyWatch } from './dependency-watch.ts';
import { percent } from './percent.ts';
import { rateOf } from './rate-of.ts';

/** Dependencies that a sentence names; more are counted. */
const NAMED_DEPENDENCIES = 3;
/** Longest name in a sentence; the figures of the decision have it in full. */
const LONGEST_NAME = 60;
/** Beyond it a ratio says that stable has next to none, and its digits say nothing. */
const LARGEST_TIMES = 1000;

/** What is worse at stable than before the deployment, such as `stable itself fails 20 % of its requests, 1 % before the deployment`. */
export function incidentWords(incidents: readonly Incident[]): string {
  const services = incidents.filter(({ kind }) => kind !== 'dependency');
  const dependencies = incidents.filter(({ kind }) => kind === 'dependency');
  const more = dependencies.length - NAMED_DEPENDENCIES;
  return [
    ...services.map(serviceWords),
    ...dependencies.slice(0, NAMED_DEPENDENCIES).map(dependencyWords),
    ...(more > 0 ? [`and so do calls to ${more} more`] : []),
  ].join('; ');
}

function serviceWords({ kind, now, before, edgeMs }: Incident): string {
  const then = `${percent(before)} before the deployment`;
  return kind === 'latency'
    ? `${percent(now)} of stable's requests take longer than ${Number((edgeMs ?? 0).toPrecision(3))} ms, ${then}`
    : `stable itself fails ${percent(now)} of its requests, ${then}`;
}

function dependencyWords({ signal, now, before, atBothArms }: Incident): string {
  const then = `${percent(before)} before the deployment`;
  const name = shortName(signal);
  return atBothArms
    ? `${percent(now)} of the calls to ${name} fail at both arms, ${then}`
    : `${percent(now)} of stable's calls to ${name} fail, ${then}`;
}

/**
 * What goes with a canary that is worse: an incident that hits stable too, and the dependency that the canary alone cannot
 * use well, else one that only the canary calls, and in vain. Empty where there is neither.
 */
export function besidesWorse({ incidents, dependencies }: AttributionWatch): string {
  const failing = incidents.filter(({ kind }) => kind === 'dependency');
  const named = failing.length === 0 ? '' : ` (${incidentWords(failing)})`;
  const incident = incidents.length === 0 ? '' : `, on top of an incident that hits stable too${named}`;
  const [worst] = dependencies
    .filter(({ worseAtCanary }) => worseAtCanary)
    .toSorted((a, b) => (b.canaryRatio?.low ?? 0) - (a.canaryRatio?.low ?? 0));
  if (worst !== undefined) return `${incident}; ${worseWords(worst)}, so look ${PLACES}`;
  const [own] = dependencies
    .filter(({ failsAtCanaryOnly }) => failsAtCanaryOnly)
    .toSorted((a, b) => rateOf(b.canary) - rateOf(a.canary));
  if (own === undefined) return incident;
  return `${incident}; ${percent(rateOf(own.canary))} of its calls to ${shortName(own.name)} fail and stable makes none, so look ${PLACES}`;
}

const PLACES = 'at its endpoint, configuration and credentials there';

function worseWords({ name, canary, stable, canaryRatio }: DependencyWatch): string {
  const calls = `its calls to ${shortName(name)} fail`;
  // The ratio is finite without any failure of stable's, and then made up of half a failure.
  if (stable.bad === 0) return `${percent(rateOf(canary))} of ${calls} and none of stable's`;
  const ratio = canaryRatio?.ratio ?? 0;
  const times = ratio > LARGEST_TIMES ? 'over 1,000x' : `${Number(ratio.toPrecision(2))}x`;
  return `${calls} ${times} as often as stable's (${percent(rateOf(canary))} and ${percent(rateOf(stable))})`;
}

/** A name from outside must not break the sentence. */
function shortName(name: string): string {
  const plain = name.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME)}...` : plain;
}

/** What a program may say about the metrics that the judge reads. */
import { EMITTED_COHORTS, parseCohort } from '../cohort/cohort.ts';
import { type Check, type Checks, listOf, optionsOf, plainObject, port, refuse, text } from '../options/checks.ts';
import type { HostTarget } from './unanswered/targets.ts';

/** Buckets of one's own. */
export interface LatencyBoundaries {
  /** Upper bounds in seconds, ascending, above 0; at most 200. */
  readonly boundaries: readonly number[];
}

/** Options of the metrics that the judge reads. */
export interface JudgeOptions {
  /**
   * Buckets of `http.server.request.duration`: explicit ones, from 1 ms to 60 s, ten a decade; explicit ones of your own; or
   * exponential ones, as the histograms of all other metrics then have too. Canary and stable must have the same, so change it in a deployment of its own.
   * `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION` wins over `exponential`, and a view of the app's over all.
   * @defaultValue `explicit`
   */
  readonly latencyHistogram?: 'explicit' | 'exponential' | LatencyBoundaries;
  /**
   * Hosts that this process calls, and the service and version that they stand for: requests that they do not answer are counted
   * for that version. Without an entry they are counted by address alone. @defaultValue `ROLLOUTGUARD_UNANSWERED_TARGETS`
   */
  readonly unansweredTargets?: readonly HostTarget[];
}

const MOST_BOUNDARIES = 200;

const latencyHistogram: Check = (value, path) => {
  if (value === 'explicit' || value === 'exponential') return;
  if (typeof value === 'string') refuse('must be explicit, exponential or { boundaries }', { path, value });
  for (const name of Object.keys(plainObject(value, path))) {
    if (name !== 'boundaries') refuse('is not an option', { path: `${path}.${name}`, mend: 'Known: boundaries.' });
  }
  const { boundaries } = value as Partial<LatencyBoundaries>;
  const at = `${path}.boundaries`;
  if (!Array.isArray(boundaries) || boundaries.length === 0 || boundaries.length > MOST_BOUNDARIES)
    refuse(`must be an array of 1 to ${MOST_BOUNDARIES} numbers`, { path: at, value: boundaries });
  for (const [index, bound] of (boundaries as unknown[]).entries()) {
    const before = index === 0 ? 0 : Number(boundaries[index - 1]);
    if (!Number.isFinite(bound) || (bound as number) <= before)
      refuse('must be a finite number of seconds, above the one before', { path: `${at}[${index}]`, value: bound });
  }
};

const cohort: Check = (value, path) => {
  if (typeof value !== 'string' || parseCohort(value) === null)
    refuse(`must be one of ${EMITTED_COHORTS.join(', ')}, preview, active`, { path, value });
};

const TARGET_CHECKS: Checks<HostTarget> = { host: text, port, service: text, cohort, deploymentId: text, pod: text };

const target: Check = (value, path) => {
  optionsOf(TARGET_CHECKS)(value, path);
  const { host, service } = value as Partial<HostTarget>;
  text(host, `${path}.host`);
  text(service, `${path}.service`);
};

/** One check for each option. */
export const JUDGE_CHECKS: Checks<JudgeOptions> = { latencyHistogram, unansweredTargets: listOf(target) };

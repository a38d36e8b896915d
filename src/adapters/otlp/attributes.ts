/** The names that rolloutguard reads on the wire, and what they say: who sent a point, and whom it is about. */
import type { Cohort } from '../../ports/telemetry.ts';
import type { Attributes, AttributeValue } from './otlp-metrics.ts';

/** Names of attributes. The first four belong to the resource, the others to a point. */
export const ATTRIBUTE = {
  service: 'service.name',
  instance: 'service.instance.id',
  deploymentId: 'deployment.id',
  cohort: 'rolloutguard.cohort',
  statusCode: 'http.response.status_code',
  errorType: 'error.type',
  /** Where a client saw a request fail. */
  serverAddress: 'server.address',
  targetService: 'rolloutguard.target.service',
  targetPod: 'rolloutguard.target.pod',
  targetDeploymentId: 'rolloutguard.target.deployment.id',
  targetCohort: 'rolloutguard.target.cohort',
  outcome: 'rolloutguard.outcome',
  statistic: 'rolloutguard.statistic',
} as const;

/** Names of metrics. */
export const METRIC = {
  /** Histogram of the answered requests, by the server. */
  answered: 'http.server.request.duration',
  /** Sum of the requests that got no answer, by their caller or a proxy. */
  unanswered: 'rolloutguard.unanswered',
  /** What a service measures of its business; the name of the measure follows. */
  businessPrefix: 'rolloutguard.business.',
} as const;

/** Cohorts that a sender can name. `before` is derived from time and never sent. */
export type SentCohort = Exclude<Cohort, 'before'>;

/** Whom a count is about. */
export interface Target {
  /** Empty when not said. */
  service: string;
  /** `null` when not said. */
  deploymentId: string | null;
  /** `null` when not said, or when there is no such cohort. */
  cohort: SentCohort | null;
  /** True when a cohort was named that does not exist. */
  hasUnknownCohort: boolean;
  /** `undefined` when not said. */
  pod: string | undefined;
}

/** Blue-green names are understood: the preview is on trial, the active one is what it is compared with. */
const COHORTS: ReadonlyMap<string, SentCohort> = new Map([
  ['canary', 'canary'],
  ['preview', 'canary'],
  ['stable', 'stable'],
  ['active', 'stable'],
  ['baseline', 'baseline'],
]);

/** What a server's counts are about: itself. */
export function targetOfResource(resource: Attributes): Target {
  return {
    service: text(resource.get(ATTRIBUTE.service)) ?? '',
    deploymentId: text(resource.get(ATTRIBUTE.deploymentId)) ?? null,
    ...readCohort(resource.get(ATTRIBUTE.cohort)),
    pod: text(resource.get(ATTRIBUTE.instance)),
  };
}

/** What a caller's or proxy's count is about: the server that did not answer. */
export function targetOfPoint(point: Attributes): Target {
  return {
    service: text(point.get(ATTRIBUTE.targetService)) ?? '',
    deploymentId: text(point.get(ATTRIBUTE.targetDeploymentId)) ?? null,
    ...readCohort(point.get(ATTRIBUTE.targetCohort)),
    pod: text(point.get(ATTRIBUTE.targetPod)),
  };
}

/** True for a count that a client has made by itself, without being told which service the address stands for. */
export function isOfUnknownService(point: Attributes): boolean {
  return !point.has(ATTRIBUTE.targetService) && point.has(ATTRIBUTE.serverAddress);
}

/** A request failed when the server answered 5xx, or never got to a status because of an error. */
export function isFailure(point: Attributes): boolean {
  const status = point.get(ATTRIBUTE.statusCode);
  return status === undefined ? point.has(ATTRIBUTE.errorType) : Number(status) >= 500;
}

/** A text that is equal for equal attributes, whatever their order, and different for different ones, whatever they contain. */
export function attributesKey(attributes: Attributes): string {
  const pairs = [...attributes];
  return JSON.stringify(pairs.sort(byName));
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

function readCohort(value: AttributeValue | undefined): Pick<Target, 'cohort' | 'hasUnknownCohort'> {
  const cohort = COHORTS.get(text(value) ?? '') ?? null;
  return { cohort, hasUnknownCohort: value !== undefined && cohort === null };
}

/** Ids that look like numbers may arrive as numbers. Empty text says nothing. */
function text(value: AttributeValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

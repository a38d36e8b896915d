/** What a service says of itself when it calls another one: names, limits, and the way to and from baggage. */
import { parseCohort } from '../cohort/cohort.ts';
import { CALLER_PREFIX } from './baggage-text.ts';

/** Names of the baggage entries, and of the attributes that the called service stamps. All are strings. */
export const CALLER = {
  /** `service.name` of the caller. */
  service: 'rolloutguard.caller.service',
  /** `deployment.id` of the caller. */
  deploymentId: 'rolloutguard.caller.deployment.id',
  /** Cohort of the caller at the moment of the call: `canary`, `stable` or `baseline`. */
  cohort: 'rolloutguard.caller.cohort',
} as const;

/** Attributes of a caller. It is a claim: whoever can call the service can write it. */
export type CallerClaim = Readonly<Record<string, string>>;

/** Longest value that is sent or believed, in UTF-16 code units. */
const MAX_VALUE_LENGTH = 255;

/** Control characters, line separators, overrides of text direction, and halves of surrogate pairs. */
const UNFIT = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

/** Reads a claim from baggage entries; null when they hold none. A value that is too long or unfit to show is left out. */
export function readClaim(entries: readonly (readonly [string, { readonly value: string }])[]): CallerClaim | null {
  const found = new Map(entries.filter(([key]) => key.startsWith(CALLER_PREFIX)));
  const claim: Record<string, string> = {};
  for (const key of [CALLER.service, CALLER.deploymentId]) {
    const value = found.get(key)?.value;
    if (value !== undefined && isFit(value)) claim[key] = value;
  }
  const cohort = parseCohort((found.get(CALLER.cohort)?.value ?? '').slice(0, MAX_VALUE_LENGTH));
  if (cohort !== null) claim[CALLER.cohort] = cohort;
  return Object.keys(claim).length === 0 ? null : claim;
}

/** The entries of a `baggage` header, percent-encoded. What is unknown or unfit is left out. */
export function callerEntries(caller: {
  readonly service: unknown;
  readonly deploymentId: unknown;
  readonly cohort: unknown;
}): string[] {
  return (['service', 'deploymentId', 'cohort'] as const).flatMap((name) => {
    const value = caller[name];
    return typeof value === 'string' && isFit(value) ? [`${CALLER[name]}=${encodeURIComponent(value)}`] : [];
  });
}

function isFit(value: string): boolean {
  return value.length <= MAX_VALUE_LENGTH && value.trim() !== '' && !UNFIT.test(value);
}

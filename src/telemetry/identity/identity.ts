/**
 * Who is speaking: the attributes that say which service, version, deployment and cohort made the telemetry.
 *
 * A pure function of what was read. Sources in order, the first one that knows a field wins:
 *
 * 1. `OTEL_SERVICE_NAME`, then `OTEL_RESOURCE_ATTRIBUTES`: the operator's word, above the code;
 * 2. options given in code;
 * 3. environment variables: ours, what pipelines commonly set (`DEPLOYMENT_ID`, `GIT_COMMIT`, ...), what platforms and CI
 *    systems set, what people fill in from the Kubernetes downward API;
 * 4. files, such as pod labels and annotations mounted by the downward API;
 * 5. package.json (name and version), then what follows from the rest, then defaults.
 *
 * What somebody wrote for this purpose is a claim: when two claims differ, that is a conflict and is reported. Platforms, CI
 * systems and package.json only fill gaps. A value that cannot be right is reported, and the next source is asked.
 */
import type { AttributeValue } from '../attributes.ts';
import { type EmittedCohort, parseCohort } from '../cohort/cohort.ts';
import type { TelemetryProblem } from '../problems.ts';
import { type AttributeKeys, DEFAULT_KEYS } from './attribute-keys.ts';
import { type Candidate, candidates } from './candidates.ts';
import {
  attributeOf,
  type DeploymentIdentity,
  IDENTITY_FIELDS,
  type IdentityField,
  LEGACY_ATTRIBUTES,
  type Sourced,
} from './deployment-identity.ts';
import { derivedCandidates } from './derived.ts';
import type { IdentityInput } from './input.ts';
import { readValue } from './values.ts';

/** Two sources that contradict each other about one attribute. */
export interface IdentityConflict {
  readonly attribute: string;
  /** The value that is used, and who said so: a variable's name, `options`, or `file:<path>`. */
  readonly used: { readonly source: string; readonly value: AttributeValue };
  /** What the others said. */
  readonly ignored: readonly { readonly source: string; readonly value: AttributeValue }[];
}

/** The result of {@link resolveIdentity}. */
export interface Identity {
  /** What is known, by field, with sources. */
  readonly known: DeploymentIdentity;
  /** Resource attributes, the cohort left out: it changes live. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** The cohort at the start, null when nobody said. */
  readonly cohort: EmittedCohort | null;
  readonly conflicts: readonly IdentityConflict[];
  readonly problems: readonly TelemetryProblem[];
}

/**
 * Works out the identity. Never throws: what cannot be used is named in `problems`. For set-ups with an SDK of your own, whose
 * resource gets `attributes`; `startDeploymentTelemetry` does it itself.
 */
export function resolveIdentity(input: IdentityInput): Identity {
  const keys = input.keys ?? DEFAULT_KEYS;
  const problems: TelemetryProblem[] = [];
  const winners = new Map<string, Candidate>();
  const ignored = new Map<string, Candidate[]>();
  const consider = (found: Candidate): void => {
    const candidate = checked(found, problems);
    if (candidate === null) return;
    const key = keyOf(candidate.field, candidate.attribute);
    const winner = winners.get(key);
    if (winner === undefined) {
      winners.set(key, candidate);
    } else if (candidate.claim && String(candidate.value) !== String(winner.value)) {
      ignored.set(key, [...(ignored.get(key) ?? []), candidate]);
    }
  };
  for (const found of candidates(input, keys, problems)) consider(found);
  const knownSoFar = (field: IdentityField): Sourced | undefined => sourced(winners.get(keyOf(field)));
  for (const found of derivedCandidates(knownSoFar, input)) consider(found);

  const conflicts = [...ignored].map(([key, others]) => {
    const winner = winners.get(key) as Candidate;
    return { attribute: winner.attribute, used: claimOf(winner), ignored: others.map(claimOf) };
  });
  const known = knownFields(winners.values());
  problems.push(...missingParts(known, keys));
  return {
    known,
    attributes: attributesOf(winners.values(), known, input.legacyAttributes ?? false),
    cohort: known.cohort === undefined ? null : parseCohort(known.cohort.value),
    conflicts,
    problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()],
  };
}

/** An attribute may have the name by which a field is known that has none of its own. */
function keyOf(field: IdentityField | null, attribute?: string): string {
  return field === null ? `attribute ${attribute}` : `field ${field}`;
}

/** The candidate with its value as it is used; null when there is none. Attributes that are no field may hold anything. */
function checked(candidate: Candidate, problems: TelemetryProblem[]): Candidate | null {
  const { field, attribute, value, source, claim } = candidate;
  if (field === null) return candidate;
  const reading = readValue(field, String(value));
  if (reading.kind === 'value') return { ...candidate, value: reading.value };
  if (reading.kind === 'wrong' && claim) {
    const code = field === 'cohort' ? 'BAD_COHORT' : 'BAD_IDENTITY';
    problems.push({ code, message: `${attribute} from ${source} is not used: ${reading.reason}.` });
  }
  return null;
}

function knownFields(winners: Iterable<Candidate>): DeploymentIdentity {
  const found = new Map<IdentityField, Sourced>();
  for (const winner of winners) if (winner.field !== null) found.set(winner.field, sourced(winner));
  const known: { [Field in IdentityField]?: Sourced } = {};
  for (const field of IDENTITY_FIELDS) {
    const value = found.get(field);
    if (value !== undefined) known[field] = value;
  }
  return known;
}

function attributesOf(
  winners: Iterable<Candidate>,
  known: DeploymentIdentity,
  legacy: boolean,
): Record<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const { field, attribute, value } of winners) {
    if (field !== 'cohort' && field !== 'timestamp') attributes.set(attribute, value);
  }
  for (const [attribute, field] of Object.entries(LEGACY_ATTRIBUTES)) {
    const value = known[field]?.value;
    if (legacy && value !== undefined && !attributes.has(attribute)) attributes.set(attribute, value);
  }
  return Object.fromEntries(attributes);
}

function missingParts(known: DeploymentIdentity, keys: AttributeKeys): TelemetryProblem[] {
  const missing: string[] = [];
  const mends: string[] = [];
  if (known.id === undefined) {
    missing.push(attributeOf('id', keys) as string);
    mends.push('ROLLOUTGUARD_DEPLOYMENT_ID');
  }
  if (known.cohort === undefined) {
    missing.push(keys.cohort);
    mends.push('ROLLOUTGUARD_COHORT');
  }
  if (missing.length === 0) return [];
  const message = `${missing.join(' and ')} not known, so this telemetry cannot be judged; set ${mends.join(' and ')}.`;
  return [{ code: 'INCOMPLETE_IDENTITY', message }];
}

function sourced(winner: Candidate): Sourced;
function sourced(winner: Candidate | undefined): Sourced | undefined;
function sourced(winner: Candidate | undefined): Sourced | undefined {
  return winner === undefined ? undefined : { value: String(winner.value), source: winner.source };
}

function claimOf({ source, value }: Candidate): { source: string; value: AttributeValue } {
  return { source, value };
}

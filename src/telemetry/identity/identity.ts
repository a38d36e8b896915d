/**
 * Who is speaking: the attributes that say which service, version, deployment and cohort made the telemetry.
 *
 * A pure function of what was read. Sources in order, the first one that knows an attribute wins:
 *
 * 1. `OTEL_SERVICE_NAME`, then `OTEL_RESOURCE_ATTRIBUTES`: the operator's word, above the code;
 * 2. options given in code;
 * 3. our environment variables ({@link IDENTITY_VARIABLES}), then the commit as CI systems name it;
 * 4. files, such as pod labels and annotations mounted by the Kubernetes downward API;
 * 5. package.json (name and version), then defaults.
 *
 * Sources 1 to 4 are claims: when two of them differ, that is a conflict and is reported. Source 5 only fills gaps.
 */
import { ATTRIBUTE, type AttributeValue } from '../attributes.ts';
import { EMITTED_COHORTS, type EmittedCohort, parseCohort } from '../cohort/cohort.ts';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import {
  type DeploymentIdentity,
  FIELD_ATTRIBUTES,
  IDENTITY_FIELDS,
  type IdentityField,
  type Sourced,
} from './deployment-identity.ts';
import { fileAttributes, type IdentityFile } from './files.ts';
import { parseKeyValueList } from './key-value-list.ts';
import type { IdentityOptions } from './options.ts';

/** Everything that identity is made of. */
export interface IdentityInput {
  readonly options?: IdentityOptions;
  readonly env: Environment;
  /** Mounted files that were found, in the order of their precedence. */
  readonly files?: readonly IdentityFile[];
  /** Reads the app's package.json; null when there is none. */
  readonly readPackageJson?: () => PackageIdentity | null;
  /** Process id, part of the default instance id. */
  readonly pid: number;
  /** Makes the last-resort instance id. */
  readonly randomId: () => string;
}

/** What package.json says about the app. */
export interface PackageIdentity {
  readonly name?: string;
  readonly version?: string;
}

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

/** Our environment variables and the attributes they set. A blank value counts as unset. */
export const IDENTITY_VARIABLES = {
  ROLLOUTGUARD_SERVICE_NAME: 'service.name',
  ROLLOUTGUARD_SERVICE_NAMESPACE: 'service.namespace',
  ROLLOUTGUARD_SERVICE_VERSION: 'service.version',
  ROLLOUTGUARD_SERVICE_INSTANCE_ID: 'service.instance.id',
  ROLLOUTGUARD_ENVIRONMENT: 'deployment.environment.name',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'deployment.id',
  ROLLOUTGUARD_STRATEGY: 'rolloutguard.strategy',
  ROLLOUTGUARD_COHORT: 'rolloutguard.cohort',
  ROLLOUTGUARD_COMMIT: 'vcs.ref.head.revision',
  POD_NAME: 'k8s.pod.name',
  POD_NAMESPACE: 'k8s.namespace.name',
} as const;

/** Variables in which CI systems and platforms leave the commit; the first that is set is used. */
export const COMMIT_VARIABLES = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
  'BITBUCKET_COMMIT',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
  'BUILD_SOURCEVERSION',
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'CF_PAGES_COMMIT_SHA',
  'DRONE_COMMIT_SHA',
  'HEROKU_BUILD_COMMIT',
  'HEROKU_SLUG_COMMIT',
  'RAILWAY_GIT_COMMIT_SHA',
  'RENDER_GIT_COMMIT',
  'SEMAPHORE_GIT_SHA',
  'VERCEL_GIT_COMMIT_SHA',
  'GIT_COMMIT',
  'SOURCE_VERSION',
] as const;

const OPTION_ATTRIBUTES = {
  serviceName: ATTRIBUTE.serviceName,
  serviceNamespace: ATTRIBUTE.serviceNamespace,
  serviceVersion: ATTRIBUTE.serviceVersion,
  serviceInstanceId: ATTRIBUTE.serviceInstanceId,
  environment: ATTRIBUTE.environment,
  deploymentId: ATTRIBUTE.deploymentId,
  strategy: ATTRIBUTE.strategy,
  commit: ATTRIBUTE.commit,
  cohort: ATTRIBUTE.cohort,
} as const;

interface Candidate {
  readonly attribute: string;
  readonly value: AttributeValue;
  readonly source: string;
  /** False for what only fills a gap. */
  readonly claim: boolean;
}

/** Works out the identity. Never throws: what cannot be used is named in `problems`. */
export function resolveIdentity(input: IdentityInput): Identity {
  const problems: TelemetryProblem[] = [];
  const winners = new Map<string, Candidate>();
  const ignored = new Map<string, Candidate[]>();

  for (const found of candidates(input, problems)) {
    const candidate = normalised(found, problems);
    if (candidate === null) continue;
    const winner = winners.get(candidate.attribute);
    if (winner === undefined) {
      winners.set(candidate.attribute, candidate);
    } else if (candidate.claim && String(candidate.value) !== String(winner.value)) {
      ignored.set(candidate.attribute, [...(ignored.get(candidate.attribute) ?? []), candidate]);
    }
  }

  const conflicts = [...ignored].map(([attribute, others]) => ({
    attribute,
    used: claimOf(winners.get(attribute) as Candidate),
    ignored: others.map(claimOf),
  }));
  const known = knownFields(winners);
  const cohort = winners.get(ATTRIBUTE.cohort);
  winners.delete(ATTRIBUTE.cohort);
  const attributes = Object.fromEntries([...winners].map(([attribute, { value }]) => [attribute, value]));
  problems.push(...missingParts(attributes, cohort !== undefined));
  return {
    known,
    attributes,
    cohort: cohort === undefined ? null : parseCohort(String(cohort.value)),
    conflicts,
    problems,
  };
}

function knownFields(winners: ReadonlyMap<string, Candidate>): DeploymentIdentity {
  const known: { [Field in IdentityField]?: Sourced } = {};
  for (const field of IDENTITY_FIELDS) {
    const winner = winners.get(FIELD_ATTRIBUTES[field] ?? '');
    if (winner !== undefined) known[field] = { value: String(winner.value), source: winner.source };
  }
  return known;
}

function* candidates(input: IdentityInput, problems: TelemetryProblem[]): Generator<Candidate> {
  const { env, options = {} } = input;
  yield* variable(env, 'OTEL_SERVICE_NAME', ATTRIBUTE.serviceName);
  yield* otelResourceAttributes(env, problems);
  yield* optionCandidates(options);
  for (const [name, attribute] of Object.entries(IDENTITY_VARIABLES)) yield* variable(env, name, attribute);
  // Several CI systems may leave their mark on one image; only the best known one is asked.
  const commitVariable = COMMIT_VARIABLES.find((name) => !blank(env[name]));
  if (commitVariable !== undefined) yield* variable(env, commitVariable, ATTRIBUTE.commit);
  for (const file of input.files ?? []) {
    const { attributes, badLines } = fileAttributes(file);
    const source = `file:${file.path}`;
    for (const [attribute, value] of attributes) yield { attribute, value, source, claim: true };
    if (badLines.length > 0) {
      const message = `${file.path}: line ${badLines.join(', ')} is not key="value" and was not used.`;
      problems.push({ code: 'IDENTITY_FILE', message });
    }
  }
  yield* packageCandidates(input);
  yield instanceId(input);
}

function* variable(env: Environment, name: string, attribute: string): Generator<Candidate> {
  const value = env[name];
  if (value !== undefined && !blank(value)) yield { attribute, value: value.trim(), source: name, claim: true };
}

function* otelResourceAttributes(env: Environment, problems: TelemetryProblem[]): Generator<Candidate> {
  const source = 'OTEL_RESOURCE_ATTRIBUTES';
  const { pairs, bad } = parseKeyValueList(env[source] ?? '');
  for (const [attribute, value] of pairs) if (!blank(value)) yield { attribute, value, source, claim: true };
  for (const { position, key, reason } of bad) {
    const which = key === null ? `pair ${position}` : `pair ${position} (${key})`;
    problems.push({
      code: 'BAD_RESOURCE_ATTRIBUTE',
      message: `${source}: ${which} was not used: ${reason}. The other pairs are used.`,
    });
  }
}

function* optionCandidates(options: IdentityOptions): Generator<Candidate> {
  for (const [option, attribute] of Object.entries(OPTION_ATTRIBUTES)) {
    const value = options[option as keyof typeof OPTION_ATTRIBUTES];
    if (value !== undefined) yield { attribute, value, source: 'options', claim: true };
  }
  for (const [attribute, value] of Object.entries(options.attributes ?? {})) {
    yield { attribute, value, source: 'options', claim: true };
  }
}

function* packageCandidates(input: IdentityInput): Generator<Candidate> {
  const found = input.readPackageJson?.() ?? {};
  const source = 'package.json';
  if (!blank(found.name)) yield { attribute: ATTRIBUTE.serviceName, value: found.name as string, source, claim: false };
  if (!blank(found.version)) {
    yield { attribute: ATTRIBUTE.serviceVersion, value: found.version as string, source, claim: false };
  }
}

/** Process id included: a cluster of workers in one pod must not share a time series. */
function instanceId({ env, pid, randomId }: IdentityInput): Candidate {
  const source = ['POD_NAME', 'HOSTNAME'].find((name) => !blank(env[name]));
  const value = source === undefined ? randomId() : `${(env[source] as string).trim()}:${pid}`;
  return { attribute: ATTRIBUTE.serviceInstanceId, value, source: source ?? 'random', claim: false };
}

function normalised(candidate: Candidate, problems: TelemetryProblem[]): Candidate | null {
  if (candidate.attribute !== ATTRIBUTE.cohort) return candidate;
  const cohort = parseCohort(String(candidate.value));
  if (cohort !== null) return { ...candidate, value: cohort };
  const allowed = `${EMITTED_COHORTS.join(', ')}, preview or active`;
  const message = `${candidate.source}: ${JSON.stringify(candidate.value)} is not a cohort; use ${allowed}.`;
  problems.push({ code: 'BAD_COHORT', message });
  return null;
}

function missingParts(attributes: Record<string, AttributeValue>, cohortKnown: boolean): TelemetryProblem[] {
  const missing: string[] = [];
  const mends: string[] = [];
  if (attributes[ATTRIBUTE.deploymentId] === undefined) {
    missing.push(ATTRIBUTE.deploymentId);
    mends.push('ROLLOUTGUARD_DEPLOYMENT_ID');
  }
  if (!cohortKnown) {
    missing.push(ATTRIBUTE.cohort);
    mends.push('ROLLOUTGUARD_COHORT');
  }
  if (missing.length === 0) return [];
  const message = `${missing.join(' and ')} not known, so this telemetry cannot be judged; set ${mends.join(' and ')}.`;
  return [{ code: 'INCOMPLETE_IDENTITY', message }];
}

function claimOf({ source, value }: Candidate): { source: string; value: AttributeValue } {
  return { source, value };
}

function blank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}

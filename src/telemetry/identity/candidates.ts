/** What each source says, in the order in which they are asked. Nothing is checked yet. */

import { visibleText } from '../../visible-text.ts';
import { ATTRIBUTE, type AttributeValue } from '../attributes.ts';
import { type Environment, textOf } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';
import type { AttributeKeys } from './attribute-keys.ts';
import { catalogued } from './catalogue.ts';
import { attributeOf, fieldsByAttribute, type IdentityField, LEGACY_ATTRIBUTES } from './deployment-identity.ts';
import { readFileClaims } from './files.ts';
import type { IdentityInput } from './input.ts';
import { parseKeyValueList } from './key-value-list.ts';
import { OPTION_FIELDS } from './options.ts';
import { looksLikeRevision, readValue } from './values.ts';

/** Variables that say one field, in order: ours, then what pipelines commonly set, then the downward API. */
export const IDENTITY_VARIABLES: Readonly<Record<string, IdentityField>> = {
  ROLLOUTGUARD_BRANCH: 'branch',
  ROLLOUTGUARD_COHORT: 'cohort',
  ROLLOUTGUARD_COMMIT: 'commit',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'id',
  ROLLOUTGUARD_DEPLOYMENT_NAME: 'name',
  ROLLOUTGUARD_DEPLOYMENT_TIMESTAMP: 'timestamp',
  ROLLOUTGUARD_ENVIRONMENT: 'environment',
  ROLLOUTGUARD_PIPELINE_RUN_ID: 'pipelineRunId',
  ROLLOUTGUARD_PIPELINE_RUN_URL: 'pipelineRunUrl',
  ROLLOUTGUARD_POD_TEMPLATE_HASH: 'podTemplateHash',
  ROLLOUTGUARD_REPOSITORY_URL: 'repositoryUrl',
  ROLLOUTGUARD_ROLLOUT: 'rollout',
  ROLLOUTGUARD_SERVICE_INSTANCE_ID: 'instance',
  ROLLOUTGUARD_SERVICE_NAME: 'service',
  ROLLOUTGUARD_SERVICE_NAMESPACE: 'serviceNamespace',
  ROLLOUTGUARD_SERVICE_VERSION: 'version',
  ROLLOUTGUARD_STRATEGY: 'strategy',
  DEPLOYMENT_ID: 'id',
  DEPLOYMENT_NAME: 'name',
  DEPLOYMENT_ENVIRONMENT: 'environment',
  DEPLOYMENT_STRATEGY: 'strategy',
  DEPLOYMENT_TIMESTAMP: 'timestamp',
  APP_VERSION: 'version',
  GIT_COMMIT: 'commit',
  GIT_BRANCH: 'branch',
  POD_NAME: 'podName',
  POD_NAMESPACE: 'podNamespace',
};

/**
 * Facts about the pod, and the variables that people give them to by the downward API: the usual names, those of the
 * documentation of Kubernetes, and those that the OpenTelemetry operator sets. The first that is set counts.
 */
export const POD_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  [ATTRIBUTE.podName]: ['K8S_POD_NAME', 'MY_POD_NAME', 'OTEL_RESOURCE_ATTRIBUTES_POD_NAME'],
  [ATTRIBUTE.podNamespace]: ['K8S_NAMESPACE', 'K8S_POD_NAMESPACE', 'MY_POD_NAMESPACE'],
  [ATTRIBUTE.podUid]: ['POD_UID', 'K8S_POD_UID', 'OTEL_RESOURCE_ATTRIBUTES_POD_UID'],
  [ATTRIBUTE.podIp]: ['POD_IP', 'K8S_POD_IP', 'MY_POD_IP'],
  [ATTRIBUTE.nodeName]: ['NODE_NAME', 'K8S_NODE_NAME', 'MY_NODE_NAME', 'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME'],
  [ATTRIBUTE.clusterName]: ['K8S_CLUSTER_NAME'],
};

/** Set in every pod. Elsewhere `NODE_NAME` is the agent of a Jenkins that built the image. */
const IN_CLUSTER = 'KUBERNETES_SERVICE_HOST';

/** More broken pairs of a list are counted, not named. */
const MOST_NAMED = 5;

/** What one source says about one attribute. */
export interface Candidate {
  /** The field that the attribute carries; null when it is an attribute like any other. */
  readonly field: IdentityField | null;
  /** The name on the wire; of a field without one, its legacy name. */
  readonly attribute: string;
  readonly value: AttributeValue;
  readonly source: string;
  /** A claim contradicts other claims; what is no claim only fills a gap, and is left out in silence when it is wrong. */
  readonly claim: boolean;
}

/** Everything that is said, the strongest first; what cannot be read at all is added to `problems`. */
export function* candidates(
  input: IdentityInput,
  keys: AttributeKeys,
  problems: TelemetryProblem[],
): Generator<Candidate> {
  const { env, options = {} } = input;
  const fields = fieldsByAttribute(keys);
  const ofField = (field: IdentityField, value: AttributeValue, source: string, claim = true): Candidate => {
    return { field, attribute: nameOf(field, keys), value, source, claim };
  };
  const ofAttribute = (attribute: string, value: AttributeValue, source: string, claim = true): Candidate => {
    const field = fields.get(attribute);
    return field === undefined
      ? { field: null, attribute, value, source, claim }
      : ofField(field, value, source, claim);
  };

  if (textOf(env, 'OTEL_SERVICE_NAME') !== '') {
    yield ofField('service', textOf(env, 'OTEL_SERVICE_NAME'), 'OTEL_SERVICE_NAME');
  }
  const named = otelResourceAttributes(env, problems);
  for (const [attribute, value] of named) yield ofAttribute(attribute, value, 'OTEL_RESOURCE_ATTRIBUTES');
  for (const [attribute, field] of Object.entries(LEGACY_ATTRIBUTES)) {
    const value = named.get(attribute);
    if (value !== undefined) yield ofField(field, value, 'OTEL_RESOURCE_ATTRIBUTES', false);
  }

  for (const [option, field] of Object.entries(OPTION_FIELDS)) {
    const value = options[option as keyof typeof OPTION_FIELDS];
    if (value !== undefined) yield ofField(field, value, 'options');
  }
  for (const [attribute, value] of Object.entries(options.attributes ?? {})) {
    yield ofAttribute(attribute, value, 'options');
  }

  for (const [variable, field] of Object.entries(IDENTITY_VARIABLES)) {
    const value = textOf(env, variable);
    if (value === '') continue;
    if (variable === 'GIT_COMMIT' && isNoRevision(value)) problems.push(NO_REVISION);
    else yield ofField(field, value, variable);
  }
  const found = catalogued(env, (one) => {
    return (one.field !== 'commit' || looksLikeRevision(one.text)) && readValue(one.field, one.text).kind === 'value';
  });
  for (const { field, text: value, source } of found) {
    // Several processes of one instance must not share a time series.
    yield ofField(field, field === 'instance' ? `${value}:${input.pid}` : value, source, false);
  }
  for (const [attribute, variables] of Object.entries(POD_VARIABLES)) {
    const variable = variables.find(
      (name) => textOf(env, name) !== '' && (name !== 'NODE_NAME' || textOf(env, IN_CLUSTER) !== ''),
    );
    if (variable !== undefined) yield ofAttribute(attribute, textOf(env, variable), variable, false);
  }

  const { claims, badLines } = readFileClaims(input.files ?? [], keys);
  for (const { attribute, value, source } of claims) yield ofAttribute(attribute, value, source);
  for (const { path, lines } of badLines) {
    const message = `${visibleText(path)}: line ${listed(lines)} is not key="value" and was not used.`;
    problems.push({ code: 'IDENTITY_FILE', message });
  }

  const { name, version } = input.readPackageJson?.() ?? {};
  if (name !== undefined) yield ofField('service', name, 'package.json', false);
  if (version !== undefined) yield ofField('version', version, 'package.json', false);
}

/** Git has nothing else; a branch, a tag or HEAD in this variable says nothing about what runs. */
const NO_REVISION: TelemetryProblem = {
  code: 'BAD_IDENTITY',
  message: `${ATTRIBUTE.commit} from GIT_COMMIT is not used: expected a commit, 7 to 64 hexadecimal digits.`,
};

function isNoRevision(value: string): boolean {
  return readValue('commit', value).kind === 'value' && !looksLikeRevision(value);
}

function nameOf(field: IdentityField, keys: AttributeKeys): string {
  return attributeOf(field, keys) ?? `deployment.${field}`;
}

function otelResourceAttributes(env: Environment, problems: TelemetryProblem[]): ReadonlyMap<string, string> {
  const source = 'OTEL_RESOURCE_ATTRIBUTES';
  const { pairs, bad } = parseKeyValueList(env[source] ?? '');
  for (const { position, key, reason } of bad.slice(0, MOST_NAMED)) {
    // Where there is no name before the '=', it may be a token that was pasted.
    const which =
      key !== null && /^[a-z][a-z0-9_./-]{0,63}$/.test(key) ? `pair ${position} (${key})` : `pair ${position}`;
    problems.push({
      code: 'BAD_RESOURCE_ATTRIBUTE',
      message: `${source}: ${which} was not used: ${reason}. The other pairs are used.`,
    });
  }
  if (bad.length > MOST_NAMED) {
    const message = `${source}: ${bad.length - MOST_NAMED} more pairs were not used.`;
    problems.push({ code: 'BAD_RESOURCE_ATTRIBUTE', message });
  }
  return new Map([...pairs].filter(([, value]) => value.trim() !== ''));
}

function listed(lines: readonly number[]): string {
  const more = lines.length - MOST_NAMED;
  return lines.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

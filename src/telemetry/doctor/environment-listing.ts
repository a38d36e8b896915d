/** The environment as it may be shown: deny by default. */
import { ATTRIBUTE } from '../attributes.ts';
import type { Environment } from '../environment.ts';
import { parseKeyValueList } from '../identity/key-value-list.ts';
import { HIDDEN, shownName, shownText, shownUrl } from '../shown-text.ts';
import { shownOptions, wordsOf } from './node-options.ts';
import { OTEL_VARIABLES, type Shape, VOCABULARY } from './otel-variables.ts';

/** A variable and what may be shown of it. */
export interface ShownVariable {
  readonly name: string;
  /** The value, or `[redacted]`, or a part of it. */
  readonly value: string;
}

/** Most variables that are listed. */
const MAX_VARIABLES = 200;

/** Our own variables, without the ROLLOUTGUARD_ in front. */
const OWN: Readonly<Record<string, Shape>> = {
  BRANCH: 'text',
  COHORT: 'words',
  COHORT_POLL_MS: 'number',
  COMMIT: 'text',
  DEPLOYMENT_ID: 'text',
  DEPLOYMENT_NAME: 'text',
  DEPLOYMENT_TIMESTAMP: 'text',
  ENVIRONMENT: 'text',
  IDENTITY_ON_SPANS: 'words',
  LEGACY_ATTRIBUTES: 'flag',
  LOG_LEVEL: 'words',
  PIPELINE_RUN_ID: 'text',
  PIPELINE_RUN_URL: 'text',
  POD_TEMPLATE_HASH: 'text',
  ROLLOUT: 'text',
  SERVICE_INSTANCE_ID: 'text',
  SERVICE_NAME: 'text',
  SERVICE_NAMESPACE: 'text',
  SERVICE_VERSION: 'text',
  SHUTDOWN_DEADLINE_MS: 'number',
  STRATEGY: 'words',
};

const OTHERS: Readonly<Record<string, Shape>> = {
  HTTP_PROXY: 'url',
  HTTPS_PROXY: 'url',
  http_proxy: 'url',
  https_proxy: 'url',
  NO_PROXY: 'hidden',
  no_proxy: 'hidden',
  NODE_EXTRA_CA_CERTS: 'hidden',
  NODE_TLS_REJECT_UNAUTHORIZED: 'number',
  NODE_USE_ENV_PROXY: 'number',
  NODE_ENV: 'words',
  KUBERNETES_SERVICE_HOST: 'hidden',
  POD_NAME: 'text',
  POD_NAMESPACE: 'text',
};

const SHAPES: Readonly<Record<string, Shape>> = {
  ...OTEL_VARIABLES,
  ...Object.fromEntries(Object.entries(OWN).map(([name, shape]) => [`ROLLOUTGUARD_${name}`, shape])),
  ...OTHERS,
};

const KNOWN_KEYS: ReadonlySet<string> = new Set(Object.values(ATTRIBUTE));

/** The variables that telemetry or Node reads, sorted by name, with what may be shown of their values. */
export function listEnvironment(env: Environment): ShownVariable[] {
  return Object.keys(env)
    .filter((name) => /^(?:OTEL|ROLLOUTGUARD)_/.test(name) || Object.hasOwn(OTHERS, name) || name === 'NODE_OPTIONS')
    .filter((name) => typeof env[name] === 'string')
    .sort()
    .slice(0, MAX_VARIABLES)
    .map((name) => ({ name: shownName(name), value: shownValue(name, env[name] as string) }));
}

function shownValue(name: string, given: string): string {
  const value = given.trim();
  if (value === '') return '';
  if (name === 'NODE_OPTIONS') return shownOptions(wordsOf(value));
  switch (Object.hasOwn(SHAPES, name) ? SHAPES[name] : 'hidden') {
    case 'number':
      return /^\d{1,12}(?:\.\d{1,6})?$/.test(value) ? value : HIDDEN;
    case 'flag':
      return /^(?:true|false)$/i.test(value) ? value : HIDDEN;
    case 'words':
      return areKnownWords(value) ? value : HIDDEN;
    case 'url':
      return shownUrl(value);
    case 'text':
      return shownText(value);
    case 'pairs':
      return shownPairs(value);
    default:
      return HIDDEN;
  }
}

function areKnownWords(value: string): boolean {
  return (
    value.length <= 1_000 &&
    value.split(',').every((word) => VOCABULARY.has(word.trim().toLowerCase().replace(/^-/, '')))
  );
}

function shownPairs(value: string): string {
  const { pairs, bad } = parseKeyValueList(value);
  const known = [...pairs.keys()].filter((key) => KNOWN_KEYS.has(key));
  const others = pairs.size - known.length;
  const parts = [
    ...known.map((key) => `${key}=${shownText(pairs.get(key) as string)}`),
    ...(others > 0 ? [`${others} more`] : []),
    ...(bad.length > 0 ? [`${bad.length} not understood`] : []),
  ];
  return `[${parts.join(', ')}]`.slice(0, 1_000);
}

/** The attribute names in effect. OpenTelemetry has none for strategy and cohort, so a backend may know them by others. */
import { ATTRIBUTE } from '../attributes.ts';
import type { Environment } from '../environment.ts';
import type { TelemetryProblem } from '../problems.ts';

/** Attribute names of what OpenTelemetry has no name for. Every part that stamps one takes its name from here. */
export interface AttributeKeys {
  readonly cohort: string;
  readonly strategy: string;
}

/** The names when nobody asks for others. */
export const DEFAULT_KEYS: AttributeKeys = { cohort: ATTRIBUTE.cohort, strategy: ATTRIBUTE.strategy };

const KEY_VARIABLES = { cohort: 'ROLLOUTGUARD_COHORT_KEY', strategy: 'ROLLOUTGUARD_STRATEGY_KEY' } as const;

/** Namespaces whose names OpenTelemetry has given a meaning. Labels and annotations of pods may have any name. */
const RESERVED =
  /^(?!k8s\.pod\.(?:label|annotation)\.)(?:aws|azure|browser|cicd|client|cloud|container|db|device|error|event|exception|faas|feature_flag|gcp|gen_ai|host|http|k8s|messaging|network|nodejs|os|otel|process|rpc|server|service|session|telemetry|thread|url|user|user_agent|vcs|webengine)\./;

/** Single names that are taken, in namespaces that have room for others (`deployment.role` is nobody's). */
const TAKEN: ReadonlySet<string> = new Set([
  ...Object.values(ATTRIBUTE),
  'deployment.status',
  'deployment.environment',
  'deployment.commit',
  'deployment.timestamp',
  'deployment.version',
]);

/** What is wrong with a name for cohort or strategy; null when it may be used. */
export function keyFault(which: keyof AttributeKeys, key: string): string | null {
  if (key === DEFAULT_KEYS[which]) return null;
  if (key.length > 255 || !/^[A-Za-z][\w-]*(?:\.[\w/-]+)*$/.test(key)) {
    return 'must be an attribute name, such as deployment.role';
  }
  return TAKEN.has(key) || RESERVED.test(key) ? 'must not be a name that means something else' : null;
}

/** The names in effect: options, then our variables, then the defaults. A bad variable is named and not used. */
export function resolveKeys(
  options: Partial<AttributeKeys> | undefined,
  env: Environment,
): { keys: AttributeKeys; problems: TelemetryProblem[] } {
  const problems: TelemetryProblem[] = [];
  const resolved = (which: keyof AttributeKeys, other: string | undefined): string => {
    const variable = KEY_VARIABLES[which];
    const fromEnv = env[variable]?.trim() ?? '';
    if (options?.[which] !== undefined || fromEnv === '') return options?.[which] ?? DEFAULT_KEYS[which];
    const fault = fromEnv === other ? 'must differ from the other name' : keyFault(which, fromEnv);
    if (fault === null) return fromEnv;
    problems.push({ code: 'BAD_SETTING', message: `${variable} is not used: it ${fault}.` });
    return DEFAULT_KEYS[which];
  };
  const strategy = resolved('strategy', options?.cohort);
  return { keys: { strategy, cohort: resolved('cohort', strategy) }, problems };
}

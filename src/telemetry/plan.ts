/** What is going to be started: identity, settings and options, decided before any package is loaded. */
import { randomUUID } from 'node:crypto';
import { VERSION } from '../version.ts';
import { ATTRIBUTE, type AttributeValue } from './attributes.ts';
import { namedCohortFile } from './cohort/named-file.ts';
import { envReader } from './env-reader.ts';
import type { Environment } from './environment.ts';
import { type AttributeKeys, resolveKeys } from './identity/attribute-keys.ts';
import { type Identity, resolveIdentity } from './identity/identity.ts';
import { readIdentityFiles, readPackageIdentity } from './identity/sources.ts';
import type { DeploymentTelemetryOptions } from './options/options.ts';
import { resolveSettings, type TelemetrySettings } from './pipelines/settings.ts';
import type { TelemetryProblem } from './problems.ts';
import { unknownVariables } from './variables.ts';

/** The plan of a start. */
export interface TelemetryPlan {
  readonly options: DeploymentTelemetryOptions;
  /** The variables that everything is read from. */
  readonly env: Environment;
  readonly identity: Identity;
  /** The resource attributes in effect: identity, and who made the telemetry. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** The attribute names of cohort and strategy. */
  readonly keys: AttributeKeys;
  readonly settings: TelemetrySettings;
  readonly problems: readonly TelemetryProblem[];
}

/** Where the app is. */
export interface AppPlace {
  readonly entry: string | undefined;
  readonly cwd: string;
}

function appOfProcess(): AppPlace {
  return { entry: process.argv[1], cwd: workingDirectory() };
}

/** Makes the plan from options, environment, mounted files and package.json. */
export function makePlan(options: DeploymentTelemetryOptions, app: AppPlace = appOfProcess()): TelemetryPlan {
  // A copy: each look into process.env is a call into the runtime, and here are hundreds.
  const env = { ...(options.env ?? process.env) };
  const cohortFile = namedCohortFile(options.cohortFile, env);
  const found = readIdentityFiles(env, undefined, cohortFile === false ? undefined : cohortFile);
  const reader = envReader(env);
  const legacyAttributes = options.legacyAttributes ?? reader.flag('ROLLOUTGUARD_LEGACY_ATTRIBUTES') ?? false;
  const { keys, problems } = resolveKeys(options.attributeKeys, env);
  const identity = resolveIdentity({
    keys,
    legacyAttributes,
    options,
    env,
    files: found.files,
    readPackageJson: () => readPackageIdentity(app.entry, app.cwd),
    pid: process.pid,
    randomId: randomUUID,
  });
  const settings = resolveSettings(env, options);
  return {
    options,
    env,
    identity,
    attributes: withDistribution(identity.attributes),
    keys,
    settings,
    problems: [
      ...unknownVariables(env),
      ...reader.problems,
      ...problems,
      ...settings.problems,
      ...found.problems,
      ...identity.problems,
    ],
  };
}

/** A folder that is gone has no path any more; then the app's script alone leads to its package. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function withDistribution(attributes: Identity['attributes']): Readonly<Record<string, AttributeValue>> {
  return {
    // The name that the specification asks for when nobody knows better.
    [ATTRIBUTE.serviceName]: 'unknown_service:node',
    [ATTRIBUTE.distroName]: 'rolloutguard',
    [ATTRIBUTE.distroVersion]: VERSION,
    ...attributes,
  };
}

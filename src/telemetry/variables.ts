/** The environment variables that this package defines. OTEL_* variables keep the meaning that OpenTelemetry gave them. */
import { nearestName } from '../nearest.ts';
import { visibleText } from '../visible-text.ts';
import type { Environment } from './environment.ts';
import type { TelemetryProblem } from './problems.ts';

/** Each variable with what it does, in a sentence. One a line: whoever reads a variable adds its line. */
export const KNOWN_VARIABLES: Readonly<Record<string, string>> = {
  ROLLOUTGUARD_ACCEPT_CALLER: 'false: what callers say of themselves is not stamped.',
  ROLLOUTGUARD_BRANCH: 'The branch that was built.',
  ROLLOUTGUARD_COHORT: 'The cohort at the start: canary, stable or baseline (preview, active).',
  ROLLOUTGUARD_COHORT_FILE: 'The file of pod labels to follow for the cohort; false follows none.',
  ROLLOUTGUARD_COHORT_KEY: 'The attribute that carries the cohort, instead of rolloutguard.cohort.',
  ROLLOUTGUARD_COHORT_POLL_MS: 'Time between two looks at that file, beside the watching, in milliseconds.',
  ROLLOUTGUARD_COMMIT: 'The commit that was built.',
  ROLLOUTGUARD_DEPLOYMENT_EVENTS: 'false: no event tells that the process started or changed its cohort.',
  ROLLOUTGUARD_CRASH_SPANS: 'Whether an uncaught exception that ends the process is recorded as a span.',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'The id of the deployment.',
  ROLLOUTGUARD_DEPLOYMENT_NAME: 'What people call the deployment.',
  ROLLOUTGUARD_DEPLOYMENT_TIMESTAMP: 'When the deployment began: ISO 8601, or seconds or milliseconds since 1970.',
  ROLLOUTGUARD_ENVIRONMENT: 'Where the service runs, such as production.',
  ROLLOUTGUARD_IDENTITY_FILES: 'Comma-separated paths of files with labels or annotations of the pod.',
  ROLLOUTGUARD_LEGACY_ATTRIBUTES: 'true adds the attribute names that older set-ups use.',
  ROLLOUTGUARD_LOG_LEVEL: 'What telemetry says about itself on stderr: none, error, warn (default), info or debug.',
  ROLLOUTGUARD_PIPELINE_RUN_ID: 'The run of the pipeline that deployed.',
  ROLLOUTGUARD_PIPELINE_RUN_URL: 'Where that run is shown.',
  ROLLOUTGUARD_POD_TEMPLATE_HASH: 'The hash that Argo Rollouts gave to the pod template.',
  ROLLOUTGUARD_IDENTITY_ON_SPANS: 'true, or comma-separated resource attributes: what every span carries itself.',
  ROLLOUTGUARD_PROMETHEUS_LABELS:
    'Comma-separated resource attributes that every series of the Prometheus endpoint carries.',
  ROLLOUTGUARD_PROPAGATE_TO: 'Comma-separated hosts that are told which deployment calls them.',
  ROLLOUTGUARD_REPOSITORY_URL: 'Where the code is.',
  ROLLOUTGUARD_ROLLOUT: 'The name of the Argo Rollout.',
  ROLLOUTGUARD_SERVICE_INSTANCE_ID: 'What tells this process from all others.',
  ROLLOUTGUARD_SERVICE_NAME: 'The name of the service.',
  ROLLOUTGUARD_SERVICE_NAMESPACE: 'The group of services that it belongs to.',
  ROLLOUTGUARD_SERVICE_VERSION: 'The version of the service.',
  ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: 'Longest shutdown, in milliseconds.',
  ROLLOUTGUARD_STRATEGY: 'How the version is brought out, such as canary.',
  ROLLOUTGUARD_STRATEGY_KEY: 'The attribute that carries the strategy, instead of rolloutguard.strategy.',
  ROLLOUTGUARD_UNANSWERED_TARGETS:
    'Comma-separated hosts with the service and version they stand for: host:port=service;cohort=canary.',
};

const PREFIX = 'ROLLOUTGUARD_';

/** What Kubernetes sets in every pod beside a Service called `rolloutguard` or `rolloutguard-...`. */
const SERVICE_LINK = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?$/;

/** More of them than this are no slips of the pen. */
const MOST_REPORTED = 10;

/** Names the variables that begin like ours and are none of ours; they are not used. */
export function unknownVariables(env: Environment): TelemetryProblem[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !isKnown(name));
  return unknown.slice(0, MOST_REPORTED).map((name) => {
    const nearest = nearestName(name, Object.keys(KNOWN_VARIABLES));
    const mend = nearest === null ? '' : ` Did you mean ${nearest}?`;
    return { code: 'UNKNOWN_VARIABLE', message: `${visibleText(name.slice(0, 80))} is not known and not used.${mend}` };
  });
}

function isKnown(name: string): boolean {
  return Object.hasOwn(KNOWN_VARIABLES, name) || SERVICE_LINK.test(name);
}

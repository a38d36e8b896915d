/** docs/telemetry-attributes.md, made of the tables in the sources. What the sources do not say stands here. */
import { ATTRIBUTE } from '../../../src/telemetry/attributes.ts';
import { IDENTITY_VARIABLES, POD_VARIABLES } from '../../../src/telemetry/identity/candidates.ts';
import { SYSTEMS, variablesIn } from '../../../src/telemetry/identity/catalogue.ts';
import {
  FIELD_ATTRIBUTES,
  IDENTITY_FIELDS,
  type IdentityField,
  LEGACY_ATTRIBUTES,
} from '../../../src/telemetry/identity/deployment-identity.ts';
import { LABEL_ATTRIBUTES } from '../../../src/telemetry/identity/files.ts';
import { OPTION_FIELDS } from '../../../src/telemetry/identity/options.ts';

/** OpenTelemetry's own word for names of its registry; `own`: ours, no name of the registry says it. */
export type Stability = 'stable' | 'release candidate' | 'development' | 'deprecated' | 'own';

interface Known {
  readonly stability: Stability;
  readonly what: string;
  readonly example: string;
  /** @defaultValue on the resource: all spans, metrics and logs */
  readonly where?: string;
  /** What else it is worked out from, beside the tables. */
  readonly also?: string;
}

/** Every attribute that rolloutguard writes, beside those of the instrumentations. */
export const ATTRIBUTES: Readonly<Record<string, Known>> = {
  'service.name': {
    stability: 'stable',
    what: 'the service',
    example: 'checkout',
    also: '`name` of package.json; without any, `unknown_service:node`',
  },
  'service.namespace': { stability: 'stable', what: 'the services that it belongs to', example: 'shop' },
  'service.version': { stability: 'stable', what: 'its version', example: '2.1.0', also: '`version` of package.json' },
  'service.instance.id': {
    stability: 'stable',
    what: 'this process',
    example: 'checkout-6c54544bf9-x7k2p:7',
    also: 'pod or host (`HOSTNAME`) with the process id, or a random one',
  },
  'deployment.environment.name': { stability: 'stable', what: 'where it runs', example: 'production' },
  'deployment.id': {
    stability: 'development',
    what: 'one attempt to bring one version to production',
    example: 'deploy-42',
  },
  'deployment.name': { stability: 'development', what: 'what people call that', example: 'checkout 2.1.0' },
  'vcs.ref.head.revision': {
    stability: 'release candidate',
    what: 'the commit',
    example: '9d59409acf479dfa0df1aa568182e43e43df8bbe',
  },
  'vcs.ref.head.name': { stability: 'release candidate', what: 'the branch', example: 'main' },
  'vcs.repository.url.full': {
    stability: 'release candidate',
    what: 'the repository, without credentials',
    example: 'https://github.com/acme/shop',
  },
  'cicd.pipeline.run.id': { stability: 'release candidate', what: 'the run of the pipeline', example: '9753949763' },
  'cicd.pipeline.run.url.full': {
    stability: 'release candidate',
    what: 'where that run is shown',
    example: 'https://github.com/acme/shop/actions/runs/9753949763',
  },
  'k8s.pod.name': {
    stability: 'stable',
    what: 'the pod',
    example: 'checkout-6c54544bf9-x7k2p',
    also: '`HOSTNAME`, when the hash of the pod template is in it',
  },
  'k8s.namespace.name': { stability: 'stable', what: 'its namespace', example: 'shop' },
  'k8s.pod.uid': { stability: 'stable', what: 'its unique id', example: '275ecb36-5aa8-4c2a-9c47-d8bb681b9aff' },
  'k8s.pod.ip': { stability: 'stable', what: 'its address', example: '10.0.0.7' },
  'k8s.node.name': { stability: 'stable', what: 'the node that it runs on', example: 'node-7' },
  'k8s.cluster.name': { stability: 'stable', what: 'the cluster', example: 'production-eu' },
  'k8s.replicaset.name': {
    stability: 'stable',
    what: 'the ReplicaSet',
    example: 'checkout-6c54544bf9',
    also: 'the name of the pod, when the hash of the pod template is in it',
  },
  'k8s.pod.label.rollouts-pod-template-hash': {
    stability: 'stable',
    what: 'which pods of an Argo Rollout have the same template',
    example: '6c54544bf9',
  },
  'rolloutguard.rollout': {
    stability: 'own',
    what: 'the Argo Rollout',
    example: 'checkout',
    also: 'the name of the pod, when the hash of the pod template is in it',
  },
  'rolloutguard.strategy': {
    stability: 'own',
    what: 'how the version is brought out; in lower case with hyphens',
    example: 'blue-green',
  },
  'rolloutguard.cohort': {
    stability: 'own',
    what: 'the group of instances that this one is in right now',
    example: 'canary',
    where: 'each span, as of its start; each log record; the resource of metrics, as of their recording',
  },
  'telemetry.distro.name': {
    stability: 'stable',
    what: 'who set OpenTelemetry up',
    example: 'rolloutguard',
    also: 'always `rolloutguard`',
  },
  'telemetry.distro.version': {
    stability: 'stable',
    what: 'its version',
    example: '0.1.0',
    also: 'that of this package',
  },
  'rolloutguard.caller.service': {
    stability: 'own',
    what: '`service.name` of the service that calls',
    example: 'gateway',
    where: 'SERVER spans, and log records within',
  },
  'rolloutguard.caller.deployment.id': {
    stability: 'own',
    what: '`deployment.id` of the service that calls',
    example: 'deploy-42',
    where: 'as above',
  },
  'rolloutguard.caller.cohort': {
    stability: 'own',
    what: 'cohort of the service that calls',
    example: 'canary',
    where: 'as above',
  },
  'rolloutguard.crash': {
    stability: 'own',
    what: 'the process ended with the exception of this span',
    example: 'true',
    where: 'spans of an uncaught exception, and those that it cut off',
  },
  'rolloutguard.outcome': {
    stability: 'own',
    what: '`good` or `bad`',
    example: 'bad',
    where: 'metrics of `defineBusinessMetric` that are a ratio',
  },
  'rolloutguard.statistic': {
    stability: 'own',
    what: '`sum`, `count` or `sum_of_squares`',
    example: 'sum',
    where: 'metrics of `defineBusinessMetric` that are a mean',
  },
  'rolloutguard.segment': {
    stability: 'own',
    what: 'the part of the service that a value belongs to',
    example: 'eu',
    where: 'business metrics',
  },
  'rolloutguard.target.service': {
    stability: 'own',
    what: 'the service that did not answer',
    example: 'checkout',
    where: 'the metric `rolloutguard.unanswered`',
  },
  'rolloutguard.target.pod': {
    stability: 'own',
    what: 'its pod, where that is known',
    example: 'checkout-6c54544bf9-x7k2p',
    where: 'as above',
  },
  'rolloutguard.target.deployment.id': {
    stability: 'own',
    what: 'its deployment',
    example: 'deploy-42',
    where: 'as above',
  },
  'rolloutguard.target.cohort': {
    stability: 'own',
    what: 'its cohort',
    example: 'canary',
    where: 'as above',
  },
  'rolloutguard.deployment.service': {
    stability: 'own',
    what: 'the service that the event is about',
    example: 'checkout',
    where: 'deployment events (log records)',
  },
  'rolloutguard.deployment.timestamp': {
    stability: 'own',
    what: 'when the deployment began, ISO 8601 in UTC',
    example: '2026-11-23T10:00:00.000Z',
    where: 'deployment events',
  },
  'rolloutguard.event.id': {
    stability: 'own',
    what: 'tells an event that is sent twice',
    example: 'checkout/deploy-42/started',
    where: 'deployment events',
  },
  'rolloutguard.event.reason': {
    stability: 'own',
    what: 'why it happened, in words',
    example: 'error rate 2.1x stable',
    where: 'deployment events',
  },
  'rolloutguard.previous_cohort': {
    stability: 'own',
    what: 'the cohort before the change',
    example: 'canary',
    where: 'the event `rolloutguard.cohort.changed`',
  },
  'rolloutguard.decision.verdict': {
    stability: 'own',
    what: 'the verdict behind the event',
    example: 'rollback',
    where: 'deployment events',
  },
  'rolloutguard.decision.cause': {
    stability: 'own',
    what: 'the cause that it names',
    example: 'deployment',
    where: 'deployment events',
  },
  'rolloutguard.decision.policy_digest': {
    stability: 'own',
    what: 'digest of the policy that decided',
    example: 'sha256:5f2a',
    where: 'deployment events',
  },
};

/** Names in the sources that are no attributes: metrics, events, beginnings of names. `rolloutguard.telemetry.` are symbols. */
export const NO_ATTRIBUTES: readonly string[] = [
  'rolloutguard.business.',
  'rolloutguard.caller.',
  'rolloutguard.cohort.changed',
  'rolloutguard.deployment.escalation',
  'rolloutguard.deployment.promoted',
  'rolloutguard.deployment.rollback_failed',
  'rolloutguard.deployment.rolled_back',
  'rolloutguard.deployment.started',
  'rolloutguard.unanswered',
];

const HEAD = `# Attributes of telemetry

Everything that rolloutguard adds to spans, metrics and log records, and where it comes from. This page is made by the tests from the
tables in the code. What the instrumentations of OpenTelemetry write (\`http.*\`, \`url.*\`, ...) is theirs and not listed.

Stability is OpenTelemetry's word: *stable* names stay; *release candidate* and *development* ones may still change; *own* ones are ours,
because the registry of OpenTelemetry has no name for it. \`attributeKeys\` (\`ROLLOUTGUARD_COHORT_KEY\`, \`ROLLOUTGUARD_STRATEGY_KEY\`) gives
cohort and strategy other names, such as \`deployment.role\`; names that mean something else are refused.

The first source that knows a value wins: 1. \`OTEL_SERVICE_NAME\`, \`OTEL_RESOURCE_ATTRIBUTES\` (any attribute by its name); 2. options in code;
3. variables, in the order below, then platforms and CI systems; 4. files of the pod; 5. what follows from the rest. \`handle.identity\` tells
the source of each value. Two sources of 1, 2, 3 (platforms, CI systems and facts of the pod left out) and 4 that contradict each other are reported.

Unknown stays absent: the words \`unknown\`, \`undefined\`, \`null\`, \`none\` and empty values count as not said. So does a template that nobody
filled in (\`$(POD_NAME)\`, \`\${GIT_COMMIT}\`, \`{{ .Values.id }}\`, \`<no value>\`), which is reported too. A value that is longer than 255
characters (a URL: 2048) is not cut, because two ids that differ behind the cut would become one: from code it is an error, from elsewhere it is reported and the
next source is asked. The same holds for control characters and others that cannot be seen. Letters beyond ASCII are kept as they are.
`;

/** The page. */
export function attributesPage(): string {
  const rows = Object.entries(ATTRIBUTES).map(([name, known]) => attributeRow(name, known));
  return [
    HEAD,
    `## Every attribute\n\n| attribute | stability | what it tells | example | where |\n|---|---|---|---|---|\n${rows.join('')}`,
    `## Where each value comes from\n\nOptions are those of \`startDeploymentTelemetry\`. Files are the labels and annotations of the pod, mounted by the downward API at
\`/etc/podinfo\` (or \`ROLLOUTGUARD_IDENTITY_FILES\`); the annotation \`resource.opentelemetry.io/<attribute>\` gives any attribute.

| attribute | option | variables | labels | else |\n|---|---|---|---|---|\n${Object.keys(ATTRIBUTES).filter(isIdentity).map(sourceRow).join('')}${timestampRow()}`,
    `## Names of older set-ups\n\nThey are understood in \`OTEL_RESOURCE_ATTRIBUTES\`. With \`legacyAttributes: true\` or \`ROLLOUTGUARD_LEGACY_ATTRIBUTES=true\` they are written too.

| attribute | is the same as |\n|---|---|\n${legacyRows()}`,
    `## Platforms and CI systems\n\nThey fill gaps and contradict nobody. What runs the process is asked first. The variables of a CI system exist in the job of a
pipeline; a service sees them only where its image was built with them, and they may be those of the image below. Commit, branch, repository
and run come from one system: the first that knows the commit. A commit must look like one (7 to 64 hexadecimal digits).

| system | set while the service | says |\n|---|---|---|\n${SYSTEMS.map(systemRow).join('')}`,
  ].join('\n');
}

function attributeRow(name: string, { stability, what, example, where }: Known): string {
  return `| \`${name}\` | ${stability} | ${what} | \`${example}\` | ${where ?? 'resource: every span, metric and log'} |\n`;
}

/** What tells who speaks; the other attributes come with what they are about. */
function isIdentity(name: string): boolean {
  return ATTRIBUTES[name]?.where === undefined || name === ATTRIBUTE.cohort;
}

function sourceRow(name: string): string {
  const field = IDENTITY_FIELDS.find((one) => FIELD_ATTRIBUTES[one] === name);
  const labels = Object.keys(LABEL_ATTRIBUTES).filter((label) => LABEL_ATTRIBUTES[label] === name);
  if (name === ATTRIBUTE.cohort) labels.push('rolloutguard.cohort', 'role');
  return row(name, field, POD_VARIABLES[name] ?? [], labels, ATTRIBUTES[name]?.also);
}

function timestampRow(): string {
  return row('(none)', 'timestamp', [], [], 'on deployment events only').replace(
    '`(none)`',
    'when the deployment began',
  );
}

function row(
  name: string,
  field: IdentityField | undefined,
  pod: readonly string[],
  labels: readonly string[],
  also = '',
): string {
  const option = Object.entries(OPTION_FIELDS).find(([, of]) => of === field)?.[0];
  const own = Object.keys(IDENTITY_VARIABLES).filter((variable) => IDENTITY_VARIABLES[variable] === field);
  const named = name === ATTRIBUTE.serviceName ? ['OTEL_SERVICE_NAME'] : [];
  return `| \`${name}\` | ${code(option === undefined ? [] : [option])} | ${code([...named, ...own, ...pod])} | ${code(labels)} | ${also} |\n`;
}

function legacyRows(): string {
  return Object.entries(LEGACY_ATTRIBUTES)
    .map(
      ([name, field]) =>
        `| \`${name}\` | ${code([FIELD_ATTRIBUTES[field] ?? 'rolloutguard.deployment.timestamp'])} |\n`,
    )
    .join('');
}

function systemRow({ name, when, says }: (typeof SYSTEMS)[number]): string {
  const parts = Object.entries(says).map(([field, variables]) => `${field}: ${code(variables.flatMap(variablesIn))}`);
  return `| ${name} | ${when === 'run' ? 'runs' : 'is built'} | ${parts.join('; ')} |\n`;
}

function code(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `\`${name}\``).join(', ');
}

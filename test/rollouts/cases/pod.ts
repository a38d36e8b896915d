/** Argo rule 7: what Kubernetes says of a pod template, and what spoils a rollout though Kubernetes accepts it. */
import type { PodCode } from '../../../src/rollouts/validation/codes/pod.ts';
import type { ShapeCode } from '../../../src/rollouts/validation/codes/shape.ts';
import type { Severity } from '../../../src/rollouts/validation/finding.ts';
import type { RuleCase } from './case.ts';
import { canary, podTemplate } from './objects.ts';

type Plain = Record<string, unknown>;
type Code = PodCode | ShapeCode;

const SPEC = 'spec.template.spec';
const CONTAINER = `${SPEC}.containers[0]`;
const CHECK = { httpGet: { path: '/ready', port: 8080 } };
const SIDECAR = { name: 'proxy', image: 'registry.example.com/proxy:2.0.1', resources: { limits: { cpu: '1' } } };

/** A Rollout whose pods have that spec over a valid one. */
function pod(change: Plain): Plain {
  const template = podTemplate() as { spec: Plain };
  return canary({}, { template: { ...template, spec: { ...template.spec, ...change } } });
}

/** The same with a change of its one container. */
function container(change: Plain, spec: Plain = {}): Plain {
  const template = podTemplate() as { spec: { containers: Plain[] } };
  return pod({ containers: [{ ...template.spec.containers[0], ...change }], ...spec });
}

function labelled(metadata: Plain, selector: unknown = { matchLabels: { app: 'api' } }): Plain {
  return canary({}, { selector, template: { ...podTemplate(), metadata } });
}

/** A case of which only the Rollouts and the path differ from those of its neighbours. */
function one(code: Code, severity: Severity, shows: string, path: string, bad: Plain, good: Plain): RuleCase {
  const of = severity === 'advice' ? ['own'] : ['7'];
  return { of, code, severity, shows, path, bad: [bad], good: [good] };
}

/** A case of a change of the container. */
function inContainer(code: Code, severity: Severity, shows: string, path: string, bad: Plain, good: Plain): RuleCase {
  return one(code, severity, shows, `${CONTAINER}.${path}`, container(bad), container(good));
}

/** A case of a change of the pod's spec. */
function inSpec(code: Code, severity: Severity, shows: string, path: string, bad: Plain, good: Plain): RuleCase {
  return one(code, severity, shows, `${SPEC}.${path}`, pod(bad), pod(good));
}

const MOUNTED = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
const DATA = { volumes: [{ name: 'data', emptyDir: {} }] };
const LABELS = 'spec.template.metadata.labels';

function withMount(mount: Plain, volumes: Plain = DATA): Plain {
  return container({ volumeMounts: [{ name: 'data', mountPath: '/data', ...mount }] }, volumes);
}

function probe(change: Plain, name = 'livenessProbe'): Plain {
  return { [name]: { ...CHECK, ...change } };
}

function experiment(spec: Plain): Plain {
  const template = { name: 'canary', selector: { matchLabels: { app: 'api' } }, template: podTemplate(), ...spec };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Experiment',
    metadata: { name: 'api' },
    spec: { templates: [template] },
  };
}

const METADATA: readonly RuleCase[] = [
  one(
    'selector-mismatch',
    'rejected',
    'a label with another value',
    LABELS,
    labelled({ labels: { app: 'web' } }),
    labelled({ labels: { app: 'api', tier: 'web' } }),
  ),
  one(
    'selector-mismatch',
    'rejected',
    'pods without labels',
    LABELS,
    labelled({}),
    labelled({ labels: { app: 'api' } }),
  ),
  one(
    'selector-mismatch',
    'rejected',
    'an expression',
    LABELS,
    labelled({ labels: { app: 'api' } }, { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }),
    labelled(
      { labels: { app: 'api' } },
      { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] },
    ),
  ),
  one(
    'selector-mismatch',
    'rejected',
    'a label that must exist',
    LABELS,
    labelled({ labels: { app: 'api' } }, { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }),
    // A label that is not there is in no list.
    labelled({ labels: { app: 'api' } }, { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] }),
  ),
  one(
    'selector-mismatch',
    'rejected',
    'in an experiment',
    'spec.templates[0].template.metadata.labels',
    experiment({ selector: { matchLabels: { app: 'web' } } }),
    experiment({}),
  ),
  {
    ...one(
      'bad-label',
      'rejected',
      'a value of a pod',
      `${LABELS}.version`,
      labelled({ labels: { app: 'api', version: 'v1 (beta)' } }),
      labelled({ labels: { app: 'api', version: 'v1-beta' } }),
    ),
    argoPath: 'spec.template.labels',
  },
  {
    ...one(
      'bad-label',
      'rejected',
      'a key of a pod',
      `${LABELS}['my label']`,
      labelled({ labels: { app: 'api', 'my label': '1' } }),
      labelled({ labels: { app: 'api', 'example.com/my-label': '1' } }),
    ),
    argoPath: 'spec.template.labels',
  },
  {
    ...one(
      'bad-label',
      'rejected',
      'an annotation of a pod',
      "spec.template.metadata.annotations['a/b/c']",
      labelled({ labels: { app: 'api' }, annotations: { 'a/b/c': '' } }),
      labelled({ labels: { app: 'api' }, annotations: { 'Example.com/b': 'any text: {}' } }),
    ),
    argoPath: 'spec.template.annotations',
  },
];

const CONTAINERS: readonly RuleCase[] = [
  inSpec('pod-no-containers', 'rejected', 'an empty list', 'containers', { containers: [] }, {}),
  one(
    'pod-no-containers',
    'rejected',
    'no template',
    `${SPEC}.containers`,
    canary({}, { template: undefined }),
    canary(),
  ),
  one(
    'pod-no-containers',
    'rejected',
    'a template without spec',
    `${SPEC}.containers`,
    canary({}, { template: { metadata: { labels: { app: 'api' } } } }),
    // Its pods are those of the Deployment.
    canary({}, { template: undefined, workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } }),
  ),
  inContainer('bad-name', 'rejected', 'a container with capitals', 'name', { name: 'Api' }, { name: 'api' }),
  one(
    'pod-duplicate',
    'rejected',
    'two containers of one name',
    `${SPEC}.initContainers[0].name`,
    container({}, { initContainers: [{ ...SIDECAR, name: 'api' }] }),
    container({}, { initContainers: [SIDECAR] }),
  ),
  inContainer('image-missing', 'rejected', 'no image', 'image', { image: undefined }, {}),
  inContainer('image-missing', 'rejected', 'an empty image', 'image', { image: '' }, {}),
  inContainer(
    'image-spaces',
    'unsafe',
    'a space after the image',
    'image',
    { image: 'api:1.2.3 ' },
    { image: 'api:1.2.3' },
  ),
  inContainer(
    'not-one-of',
    'rejected',
    'a policy in lower case',
    'imagePullPolicy',
    { imagePullPolicy: 'always' },
    { imagePullPolicy: 'Always' },
  ),
  inContainer(
    'not-one-of',
    'rejected',
    'a policy of messages',
    'terminationMessagePolicy',
    { terminationMessagePolicy: 'Logs' },
    { terminationMessagePolicy: 'File' },
  ),
  inContainer('unknown-field', 'unsafe', 'a misspelt field of a container', 'resource', { resource: {} }, {}),
  inContainer(
    'wrong-type',
    'rejected',
    'a variable that is a number',
    'env[0].value',
    { env: [{ name: 'PORT', value: 8080 }] },
    { env: [{ name: 'PORT', value: '8080' }] },
  ),
  inContainer(
    'missing-field',
    'rejected',
    'a port without a number',
    'ports[0].containerPort',
    { ports: [{ name: 'http' }] },
    { ports: [{ name: 'http', containerPort: 8080 }] },
  ),
  inContainer(
    'bad-port',
    'rejected',
    'a port of a container',
    'ports[0].containerPort',
    { ports: [{ containerPort: 80800 }] },
    { ports: [{ containerPort: 65535 }] },
  ),
  inContainer(
    'bad-port',
    'rejected',
    'a port of the host',
    'ports[0].hostPort',
    { ports: [{ containerPort: 80, hostPort: -1 }] },
    { ports: [{ containerPort: 80, hostPort: 0 }] },
  ),
  inContainer(
    'bad-name',
    'rejected',
    'a port with a long name',
    'ports[0].name',
    { ports: [{ name: 'prometheus-metrics', containerPort: 80 }] },
    { ports: [{ name: 'http-metrics', containerPort: 80 }] },
  ),
  inContainer(
    'bad-name',
    'rejected',
    'a port named by a number',
    'ports[0].name',
    { ports: [{ name: '8080', containerPort: 80 }] },
    { ports: [{ name: 'http8080', containerPort: 80 }] },
  ),
  inContainer(
    'pod-duplicate',
    'rejected',
    'two ports of one name',
    'ports[1].name',
    {
      ports: [
        { name: 'http', containerPort: 80 },
        { name: 'http', containerPort: 81 },
      ],
    },
    {
      ports: [
        { name: 'http', containerPort: 80 },
        { name: 'admin', containerPort: 81 },
      ],
    },
  ),
  inContainer(
    'pod-duplicate',
    'rejected',
    'one port of the host twice',
    'ports[1].hostPort',
    {
      ports: [
        { containerPort: 80, hostPort: 80 },
        { containerPort: 81, hostPort: 80 },
      ],
    },
    {
      ports: [
        { containerPort: 80, hostPort: 80 },
        { containerPort: 81, hostPort: 80, protocol: 'UDP' },
      ],
    },
  ),
  inContainer(
    'not-one-of',
    'rejected',
    'a protocol',
    'ports[0].protocol',
    { ports: [{ containerPort: 80, protocol: 'http' }] },
    { ports: [{ containerPort: 80, protocol: 'TCP' }] },
  ),
  one(
    'host-port-differs',
    'unsafe',
    'a port on the network of the host',
    `${CONTAINER}.ports[0].hostPort`,
    container({ ports: [{ containerPort: 80, hostPort: 8080 }] }, { hostNetwork: true }),
    container({ ports: [{ containerPort: 80 }] }, { hostNetwork: true }),
  ),
  inContainer(
    'bad-name',
    'rejected',
    'a variable with a sign in its name',
    'env[0].name',
    { env: [{ name: 'A=B', value: '1' }] },
    { env: [{ name: 'my.var-1', value: '1' }] },
  ),
  inContainer(
    'env-sources',
    'rejected',
    'a value and a source',
    'env[0].valueFrom',
    { env: [{ name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    { env: [{ name: 'A', value: '', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
  ),
  inContainer(
    'env-sources',
    'rejected',
    'two sources',
    'env[0].valueFrom',
    {
      env: [
        { name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'b' }, configMapKeyRef: { name: 'a', key: 'b' } } },
      ],
    },
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] },
  ),
  inContainer(
    'env-sources',
    'rejected',
    'a set of variables from nowhere',
    'envFrom[0]',
    { envFrom: [{ prefix: 'A_' }] },
    { envFrom: [{ prefix: 'A_', secretRef: { name: 'a' } }] },
  ),
  inContainer(
    'env-twice',
    'advice',
    'the same variable',
    'env[1].name',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    },
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
  ),
];

const PROBES: readonly RuleCase[] = [
  inContainer(
    'handler-count',
    'rejected',
    'a probe without a handler',
    'readinessProbe',
    { readinessProbe: { periodSeconds: 5 } },
    probe({ periodSeconds: 5 }, 'readinessProbe'),
  ),
  inContainer(
    'handler-count',
    'rejected',
    'a probe with two',
    'livenessProbe',
    probe({ tcpSocket: { port: 8080 } }),
    probe({}),
  ),
  inContainer(
    'handler-count',
    'rejected',
    'a hook without a handler',
    'lifecycle.preStop',
    { lifecycle: { preStop: {} } },
    { lifecycle: { preStop: { sleep: { seconds: 5 } } } },
  ),
  inContainer(
    'missing-field',
    'rejected',
    'a probe that runs nothing',
    'livenessProbe.exec.command',
    { livenessProbe: { exec: {} } },
    { livenessProbe: { exec: { command: ['true'] } } },
  ),
  inContainer(
    'not-one-of',
    'rejected',
    'a scheme',
    'livenessProbe.httpGet.scheme',
    { livenessProbe: { httpGet: { port: 80, scheme: 'https' } } },
    { livenessProbe: { httpGet: { port: 80, scheme: 'HTTPS' } } },
  ),
  inContainer(
    'bad-name',
    'rejected',
    'a number as text',
    'livenessProbe.httpGet.port',
    { livenessProbe: { httpGet: { port: '8080' } } },
    { livenessProbe: { httpGet: { port: 8080 } } },
  ),
  inContainer(
    'bad-port',
    'rejected',
    'a port of a probe',
    'livenessProbe.grpc.port',
    { livenessProbe: { grpc: { port: 0 } } },
    { livenessProbe: { grpc: { port: 1 } } },
  ),
  inContainer(
    'port-name-unknown',
    'unsafe',
    'a port that the container has not',
    'readinessProbe.httpGet.port',
    { readinessProbe: { httpGet: { port: 'htpp' } }, ports: [{ name: 'http', containerPort: 80 }] },
    { readinessProbe: { httpGet: { port: 'http' } }, ports: [{ name: 'http', containerPort: 80 }] },
  ),
  inContainer(
    'bad-timing',
    'rejected',
    'a negative delay',
    'livenessProbe.initialDelaySeconds',
    probe({ initialDelaySeconds: -1 }),
    probe({ initialDelaySeconds: 0 }),
  ),
  inContainer(
    'bad-timing',
    'unsafe',
    'a period of nothing',
    'livenessProbe.periodSeconds',
    probe({ periodSeconds: 0 }),
    probe({ periodSeconds: 1 }),
  ),
  inContainer(
    'bad-timing',
    'rejected',
    'two successes of liveness',
    'livenessProbe.successThreshold',
    probe({ successThreshold: 2 }),
    probe({ successThreshold: 2 }, 'readinessProbe'),
  ),
  inContainer(
    'bad-timing',
    'rejected',
    'a grace period of readiness',
    'readinessProbe.terminationGracePeriodSeconds',
    probe({ terminationGracePeriodSeconds: 5 }, 'readinessProbe'),
    probe({ terminationGracePeriodSeconds: 5 }),
  ),
  inContainer(
    'bad-timing',
    'rejected',
    'a hook that outlives the pod',
    'lifecycle.preStop.sleep.seconds',
    { lifecycle: { preStop: { sleep: { seconds: 40 } } } },
    { lifecycle: { preStop: { sleep: { seconds: 30 } } } },
  ),
  inSpec(
    'probe-on-init',
    'rejected',
    'a probe of an init container',
    'initContainers[0].readinessProbe',
    { initContainers: [{ ...SIDECAR, readinessProbe: CHECK }] },
    { initContainers: [{ ...SIDECAR, readinessProbe: CHECK, restartPolicy: 'Always' }] },
  ),
  inContainer(
    'no-readiness-probe',
    'advice',
    'pods that serve',
    'readinessProbe',
    { readinessProbe: undefined, ports: [{ containerPort: 80 }] },
    { readinessProbe: undefined },
  ),
  inContainer(
    'liveness-kills-start',
    'advice',
    'a start of a minute',
    'livenessProbe',
    { readinessProbe: { ...CHECK, initialDelaySeconds: 60 }, livenessProbe: CHECK },
    {
      readinessProbe: { ...CHECK, initialDelaySeconds: 60 },
      livenessProbe: CHECK,
      startupProbe: { ...CHECK, failureThreshold: 12 },
    },
  ),
];

const POD: readonly RuleCase[] = [
  inSpec(
    'not-one-of',
    'rejected',
    'pods that are not restarted',
    'restartPolicy',
    { restartPolicy: 'OnFailure' },
    { restartPolicy: 'Always' },
  ),
  inSpec('not-in-template', 'rejected', 'pods that end', 'activeDeadlineSeconds', { activeDeadlineSeconds: 600 }, {}),
  inSpec(
    'not-in-template',
    'rejected',
    'a debugger in the template',
    'ephemeralContainers[0]',
    { ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] },
    { ephemeralContainers: [] },
  ),
  inSpec(
    'bad-timing',
    'unsafe',
    'a negative one',
    'terminationGracePeriodSeconds',
    { terminationGracePeriodSeconds: -1 },
    { terminationGracePeriodSeconds: 0 },
  ),
  inSpec(
    'bad-name',
    'rejected',
    'a service account',
    'serviceAccountName',
    { serviceAccountName: 'api_user' },
    { serviceAccountName: 'api.user' },
  ),
  inSpec(
    'not-one-of',
    'rejected',
    'a policy of names',
    'dnsPolicy',
    { dnsPolicy: 'clusterFirst' },
    { dnsPolicy: 'ClusterFirst' },
  ),
  inSpec(
    'dns-without-servers',
    'rejected',
    'dnsPolicy None',
    'dnsPolicy',
    { dnsPolicy: 'None' },
    { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.10'] } },
  ),
  inSpec(
    'volume-sources',
    'rejected',
    'a volume of two kinds',
    'volumes[0]',
    { volumes: [{ name: 'data', emptyDir: {}, hostPath: { path: '/data' } }] },
    DATA,
  ),
  inSpec('volume-without-source', 'unsafe', 'a volume of no kind', 'volumes[0]', { volumes: [{ name: 'data' }] }, DATA),
  inSpec(
    'missing-field',
    'rejected',
    'a Secret without a name',
    'volumes[0].secret.secretName',
    { volumes: [{ name: 'data', secret: { name: 'api' } }] },
    { volumes: [{ name: 'data', secret: { secretName: 'api' } }] },
  ),
  inSpec(
    'pod-duplicate',
    'rejected',
    'two volumes of one name',
    'volumes[1].name',
    {
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'data', emptyDir: {} },
      ],
    },
    {
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'logs', emptyDir: {} },
      ],
    },
  ),
  one(
    'volume-unknown',
    'rejected',
    'a mount of nothing',
    `${CONTAINER}.volumeMounts[0].name`,
    container(MOUNTED),
    container(MOUNTED, DATA),
  ),
  one(
    'pod-duplicate',
    'rejected',
    'one path twice',
    `${CONTAINER}.volumeMounts[1].mountPath`,
    container({ volumeMounts: [...MOUNTED.volumeMounts, ...MOUNTED.volumeMounts] }, DATA),
    container({ volumeMounts: [...MOUNTED.volumeMounts, { name: 'data', mountPath: '/logs' }] }, DATA),
  ),
  {
    ...one(
      'bad-sub-path',
      'rejected',
      'a path that climbs',
      `${CONTAINER}.volumeMounts[0].subPath`,
      withMount({ subPath: 'a/../../b' }),
      withMount({ subPath: 'a/..b' }),
    ),
    argoPath: `${CONTAINER}.volumeMounts.subPath`,
  },
  {
    ...one(
      'bad-sub-path',
      'rejected',
      'an absolute path',
      `${CONTAINER}.volumeMounts[0].subPathExpr`,
      withMount({ subPathExpr: '/$(NAME)' }),
      withMount({ subPathExpr: '$(NAME)' }),
    ),
    argoPath: `${CONTAINER}.volumeMounts.subPathExpr`,
  },
  one(
    'bad-sub-path',
    'rejected',
    'two sub-paths',
    `${CONTAINER}.volumeMounts[0]`,
    withMount({ subPath: 'a', subPathExpr: 'b' }),
    withMount({ subPath: 'a' }),
  ),
  inSpec(
    'bad-toleration',
    'rejected',
    'no key',
    'tolerations[0].operator',
    { tolerations: [{ effect: 'NoSchedule' }] },
    { tolerations: [{ operator: 'Exists' }] },
  ),
  inSpec(
    'bad-toleration',
    'rejected',
    'a value of what only exists',
    'tolerations[0].value',
    { tolerations: [{ key: 'gpu', operator: 'Exists', value: 'true' }] },
    { tolerations: [{ key: 'gpu', value: 'true' }] },
  ),
  inSpec(
    'bad-toleration',
    'rejected',
    'seconds without NoExecute',
    'tolerations[0].effect',
    { tolerations: [{ key: 'gpu', tolerationSeconds: 5 }] },
    { tolerations: [{ key: 'gpu', tolerationSeconds: 5, effect: 'NoExecute' }] },
  ),
  inSpec(
    'not-one-of',
    'rejected',
    'an effect of a taint',
    'tolerations[0].effect',
    { tolerations: [{ key: 'gpu', effect: 'noSchedule' }] },
    { tolerations: [{ key: 'gpu', effect: 'NoSchedule' }] },
  ),
  inSpec(
    'bad-spread',
    'rejected',
    'a skew of nothing',
    'topologySpreadConstraints[0].maxSkew',
    { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
  ),
  inSpec(
    'missing-field',
    'rejected',
    'a spread without a topology',
    'topologySpreadConstraints[0].topologyKey',
    { topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }] },
    {},
  ),
  inContainer(
    'bad-security',
    'rejected',
    'a capability that escalates',
    'securityContext.capabilities.add[0]',
    { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } } },
    { securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['NET_BIND_SERVICE'] } } },
  ),
  inContainer(
    'bad-security',
    'unsafe',
    'privileged without escalation',
    'securityContext.privileged',
    { securityContext: { allowPrivilegeEscalation: false, privileged: true } },
    { securityContext: { privileged: true } },
  ),
  {
    ...inContainer(
      'bad-security',
      'rejected',
      'privileged without escalation, in 1.10',
      'securityContext.privileged',
      { securityContext: { allowPrivilegeEscalation: false, privileged: true } },
      { securityContext: { privileged: true } },
    ),
    ...{ argoPath: `${CONTAINER}.securityContext`, target: '1.10' },
  },
  one(
    'bad-security',
    'unsafe',
    'root that must not be root',
    `${SPEC}.securityContext.runAsUser`,
    container({ securityContext: { runAsNonRoot: true } }, { securityContext: { runAsUser: 0 } }),
    container({ securityContext: { runAsNonRoot: true } }, { securityContext: { runAsUser: 1000 } }),
  ),
];

const RESOURCES: readonly RuleCase[] = [
  inContainer(
    'bad-quantity',
    'rejected',
    'a unit of storage vendors',
    'resources.limits.memory',
    { resources: { limits: { memory: '1GB' } } },
    { resources: { limits: { memory: '1G' } } },
  ),
  inContainer(
    'bad-quantity',
    'rejected',
    'a space',
    'resources.limits.memory',
    { resources: { limits: { memory: '1 Gi' } } },
    { resources: { limits: { memory: '1Gi' } } },
  ),
  inContainer(
    'bad-quantity',
    'rejected',
    'less than nothing',
    'resources.limits.cpu',
    { resources: { limits: { cpu: '-1' } } },
    { resources: { limits: { cpu: '0.5' } } },
  ),
  inContainer(
    'wrong-type',
    'rejected',
    'a switch for an amount',
    'resources.limits.cpu',
    { resources: { limits: { cpu: true } } },
    { resources: { limits: { cpu: 0.5 } } },
  ),
  inContainer(
    'requests-over-limits',
    'rejected',
    'in different units',
    'resources.requests.memory',
    { resources: { requests: { memory: '1Gi' }, limits: { memory: '1G' } } },
    { resources: { requests: { memory: '1G' }, limits: { memory: '1Gi' } } },
  ),
  inContainer(
    'requests-over-limits',
    'rejected',
    'a device that is shared',
    "resources.requests['nvidia.com/gpu']",
    { resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': 2 } } },
    { resources: { requests: { 'nvidia.com/gpu': 1 }, limits: { 'nvidia.com/gpu': '1' } } },
  ),
  inContainer(
    'bad-resource-name',
    'rejected',
    'a resource that is none',
    'resources.requests.mem',
    { resources: { requests: { mem: '1Gi' } } },
    { resources: { requests: { 'ephemeral-storage': '1Gi' } } },
  ),
  inContainer(
    'quantity-unit',
    'unsafe',
    'thousandths of a byte',
    'resources.requests.memory',
    { resources: { requests: { memory: '128m' } } },
    { resources: { requests: { memory: '128M' } } },
  ),
  inContainer(
    'quantity-unit',
    'unsafe',
    'cores for thousandths',
    'resources.requests.cpu',
    { resources: { requests: { cpu: 250 } } },
    { resources: { requests: { cpu: '250m' } } },
  ),
  inContainer(
    'no-requests',
    'advice',
    'a container that asks for nothing',
    'resources',
    { resources: {} },
    { resources: { limits: { memory: '1Gi' } } },
  ),
  inContainer(
    'image-floats',
    'advice',
    'latest',
    'image',
    { image: 'registry.example.com:5000/api:latest' },
    { image: 'registry.example.com:5000/api:1.2.3' },
  ),
  inContainer(
    'image-floats',
    'advice',
    'no tag',
    'image',
    { image: 'registry.example.com:5000/api' },
    { image: `api@sha256:${'0'.repeat(64)}` },
  ),
];

export const POD_CASES: readonly RuleCase[] = [...METADATA, ...CONTAINERS, ...PROBES, ...POD, ...RESOURCES];

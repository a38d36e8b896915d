/** The schema of pods has every field that the Kubernetes project's own types have, with its type. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../../src/rollouts/validation/shape/table.ts';

const FILE = createRequire(import.meta.url).resolve('kubernetes-types/core/v1.d.ts');
const SOURCE = readFileSync(FILE, 'utf8');

/** Our shapes by the name of theirs. */
const SHAPES: Readonly<Record<string, string>> = {
  ...{
    PodSpec: 'PodSpec',
    Container: 'Container',
    ContainerPort: 'ContainerPort',
    EnvVar: 'Env',
    EnvVarSource: 'EnvSource',
  },
  ...{
    ObjectFieldSelector: 'EnvField',
    ResourceFieldSelector: 'EnvResource',
    ConfigMapKeySelector: 'KeyRef',
    SecretKeySelector: 'KeyRef',
  },
  ...{
    EnvFromSource: 'EnvFrom',
    ConfigMapEnvSource: 'EnvMap',
    SecretEnvSource: 'EnvMap',
    ResourceRequirements: 'Resources',
  },
  ...{
    VolumeMount: 'Mount',
    VolumeDevice: 'Device',
    Probe: 'Probe',
    ExecAction: 'Exec',
    HTTPGetAction: 'HttpGet',
    HTTPHeader: 'HttpHeader',
  },
  ...{
    TCPSocketAction: 'TcpSocket',
    GRPCAction: 'Grpc',
    Lifecycle: 'Lifecycle',
    LifecycleHandler: 'Hook',
    SleepAction: 'Sleep',
  },
  ...{
    SecurityContext: 'Security',
    PodSecurityContext: 'PodSecurity',
    SeccompProfile: 'Profile',
    AppArmorProfile: 'Profile',
  },
  ...{
    Capabilities: 'Capabilities',
    Volume: 'Volume',
    EmptyDirVolumeSource: 'EmptyDir',
    ConfigMapVolumeSource: 'ConfigMapVolume',
  },
  ...{
    SecretVolumeSource: 'SecretVolume',
    PersistentVolumeClaimVolumeSource: 'ClaimVolume',
    HostPathVolumeSource: 'HostPath',
  },
  ...{
    ProjectedVolumeSource: 'Projected',
    LocalObjectReference: 'LocalName',
    Toleration: 'Toleration',
    TopologySpreadConstraint: 'Spread',
  },
  ...{ Affinity: 'Affinity', NodeAffinity: 'NodeAffinity', NodeSelector: 'NodeTerms', NodeSelectorTerm: 'NodeTerm' },
  ...{
    PreferredSchedulingTerm: 'WeightedNodeTerm',
    PodAffinity: 'PodAffinity',
    PodAntiAffinity: 'PodAffinity',
    PodAffinityTerm: 'PodTerm',
  },
  ...{
    WeightedPodAffinityTerm: 'WeightedPodTerm',
    PodDNSConfig: 'DnsConfig',
    HostAlias: 'HostAlias',
    NodeSelectorRequirement: 'SelectorTerm',
  },
};
const PLAIN: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  number: ['int', 'long'],
  boolean: ['bool'],
  Quantity: ['quantity'],
  'number | string': ['int-or-string'],
  LabelSelector: ['Selector'],
};

interface Known {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly many: '' | '[]' | '{}';
}

function fieldsOf(name: string): Known[] {
  const body = new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(SOURCE)?.[1] ?? '';
  const fields = body.matchAll(/\n {4}(\w+)(\??): (?:Array<([^;]*)>|\{\s*\[name: string\]: ([^;]*);\s*\}|([^;]*));/g);
  return [...fields].map(([, field = '', optional, item, value, type]) => ({
    name: field,
    required: optional === '',
    type: item ?? value ?? type ?? '',
    many: item === undefined ? (value === undefined ? '' : '{}') : '[]',
  }));
}

describe.each(Object.entries(SHAPES))('%s', (theirs, ours) => {
  const fields = fieldsOf(theirs);
  const shape = shapeOf(ours);

  test('was found', () => {
    expect(fields.length).toBeGreaterThan(0);
    expect(shape).not.toBeNull();
  });

  test.each(fields)('$name', ({ name, type, many, required }) => {
    const field = shape?.get(name);
    // What the table does not look into is an object.
    const types = PLAIN[type] ?? [SHAPES[type] ?? 'object', 'object'];
    expect(types).toContain(field?.type);
    expect(field?.many).toBe(many);
    // `containers` of a pod is our own rule's matter only when it is empty.
    expect(field?.required).toBe(required);
  });
});

/** What a pod knows of itself: files of our own builders' Rollouts, the downward API, names. */
import { describe, expect, test } from 'vitest';
import { blueGreenRollout, canaryRollout } from '../../../src/rollouts/index.ts';
import type { LabelsAndAnnotations } from '../../../src/rollouts/types/meta.ts';
import type { Rollout } from '../../../src/rollouts/types/rollout.ts';
import { DEFAULT_IDENTITY_FILES } from '../../../src/telemetry/identity/files.ts';
import { type Identity, resolveIdentity } from '../../../src/telemetry/identity/identity.ts';
import type { IdentityInput } from '../../../src/telemetry/identity/input.ts';
import { renderDownwardFile } from './downward-file.ts';

const HASH = '6c54544bf9';

function resolve(input: Partial<IdentityInput>): Identity {
  return resolveIdentity({ env: {}, pid: 7, randomId: () => 'random', ...input });
}

/** What the pod of a Rollout finds in its volume: the template's metadata, what Argo adds, and the cohort's own. */
function filesOf({ spec }: Rollout, cohort: LabelsAndAnnotations | undefined): { path: string; text: string }[] {
  const { metadata, spec: pod } = spec.template as unknown as {
    metadata: LabelsAndAnnotations;
    spec: Record<string, unknown>;
  };
  const volume = (
    pod['volumes'] as { name: string; downwardAPI?: { items: { path: string; fieldRef: { fieldPath: string } }[] } }[]
  ).find(({ downwardAPI }) => downwardAPI !== undefined);
  const [container] = pod['containers'] as { volumeMounts: { name: string; mountPath: string }[] }[];
  const mount = container?.volumeMounts.find(({ name }) => name === volume?.name);
  const known: Record<string, Record<string, string>> = {
    'metadata.labels': { ...metadata.labels, ...cohort?.labels, 'rollouts-pod-template-hash': HASH },
    'metadata.annotations': { ...metadata.annotations, ...cohort?.annotations },
  };
  return (volume?.downwardAPI?.items ?? []).map(({ path, fieldRef }) => ({
    path: `${mount?.mountPath}/${path}`,
    text: renderDownwardFile(known[fieldRef.fieldPath] as Record<string, string>),
  }));
}

const container = { name: 'api', image: 'api:1' };
const podMetadata = {
  labels: { 'app.kubernetes.io/version': '2.1.0' },
  annotations: { 'resource.opentelemetry.io/deployment.id': 'deploy-42', 'example.com/note': 'a "quoted"\nnote' },
};

describe('the files of a Rollout that our builders made', () => {
  const canary = canaryRollout('api').container(container).podMetadata(podMetadata).cohortFiles().object;
  const blueGreen = blueGreenRollout('api').container(container).podMetadata(podMetadata).cohortFiles().object;

  test.each([
    ['canary', canary, canary.spec.strategy.canary?.canaryMetadata, 'canary'],
    ['stable', canary, canary.spec.strategy.canary?.stableMetadata, 'stable'],
    ['preview', blueGreen, blueGreen.spec.strategy.blueGreen?.previewMetadata, 'canary'],
    ['active', blueGreen, blueGreen.spec.strategy.blueGreen?.activeMetadata, 'stable'],
  ])(
    '%s: service, version, deployment, pods and cohort are found where they are looked for',
    (_, rollout, metadata, cohort) => {
      const files = filesOf(rollout, metadata);
      expect(files.map(({ path }) => path)).toEqual([...DEFAULT_IDENTITY_FILES]);
      const env = { HOSTNAME: `api-${HASH}-x7k2p` };
      const { known, attributes, conflicts, problems, cohort: found } = resolve({ files, env });
      expect({ found, conflicts, problems }).toEqual({ found: cohort, conflicts: [], problems: [] });
      expect(known.cohort?.source).toBe('file:/etc/podinfo/labels');
      expect(attributes).toEqual({
        'service.name': 'api',
        'service.version': '2.1.0',
        'service.instance.id': `api-${HASH}-x7k2p:7`,
        'deployment.id': 'deploy-42',
        'rolloutguard.rollout': 'api',
        'k8s.pod.label.rollouts-pod-template-hash': HASH,
        'k8s.pod.name': `api-${HASH}-x7k2p`,
        'k8s.replicaset.name': `api-${HASH}`,
      });
    },
  );

  test('a label and an annotation of the cohort that differ are a conflict; so are a file and a variable', () => {
    const files = [
      { path: '/l', text: 'rolloutguard.cohort="stable"' },
      {
        path: '/a',
        text: 'resource.opentelemetry.io/rolloutguard.cohort="canary"\nresource.opentelemetry.io/deployment.id="b"',
      },
    ];
    const { conflicts, cohort } = resolve({ files, env: { DEPLOYMENT_ID: 'a' } });
    expect(cohort).toBe('stable');
    expect(conflicts.map(({ attribute, used, ignored }) => [attribute, used.source, ignored[0]?.source])).toEqual([
      ['rolloutguard.cohort', 'file:/l', 'file:/a'],
      ['deployment.id', 'DEPLOYMENT_ID', 'file:/a'],
    ]);
  });
});

describe('the name of the pod', () => {
  const files = [{ path: '/l', text: `rollouts-pod-template-hash="${HASH}"` }];

  test.each([
    ['a name of its Rollout', { POD_NAME: `a-${HASH}-b-${HASH}-x7k2p` }, `a-${HASH}-b`, `a-${HASH}-b-${HASH}`],
    ['the host', { HOSTNAME: `api-${HASH}-x7k2p` }, 'api', `api-${HASH}`],
    ['a host that is the node', { HOSTNAME: 'node-1' }, undefined, undefined],
    ['a pod of something else', { POD_NAME: 'api-0' }, undefined, undefined],
    ['nothing before the hash', { POD_NAME: `-${HASH}-x` }, undefined, undefined],
  ])('%s', (_, env, rollout, replicaSet) => {
    const { known, attributes } = resolve({ files, env });
    expect([known.rollout?.value, attributes['k8s.replicaset.name']]).toEqual([rollout, replicaSet]);
    if ('HOSTNAME' in env && rollout === undefined) expect(known.podName).toBeUndefined();
  });

  test('a Rollout that somebody names is not guessed', () => {
    const env = { POD_NAME: `api-${HASH}-x7k2p`, ROLLOUTGUARD_ROLLOUT: 'other' };
    expect(resolve({ files, env })).toMatchObject({ known: { rollout: { value: 'other' } }, conflicts: [] });
  });

  test('without the hash nothing follows from a name', () => {
    expect(resolve({ env: { POD_NAME: `api-${HASH}-x7k2p` } }).known.rollout).toBeUndefined();
  });
});

test('facts of the pod: usual names before others; NODE_NAME only in a cluster, since Jenkins has one too', () => {
  const env = {
    MY_POD_NAME: 'mine',
    POD_UID: 'uid',
    MY_POD_IP: '10.0.0.7',
    POD_NAMESPACE: 'shop',
    K8S_NAMESPACE: 'other',
    NODE_NAME: 'agent-7',
  };
  expect(resolve({ env }).attributes).toEqual({
    'k8s.pod.name': 'mine',
    'k8s.pod.uid': 'uid',
    'k8s.pod.ip': '10.0.0.7',
    'k8s.namespace.name': 'shop',
    'service.instance.id': 'mine:7',
  });
  const inCluster = resolve({ env: { ...env, KUBERNETES_SERVICE_HOST: '10.96.0.1' } });
  expect(inCluster.attributes['k8s.node.name']).toBe('agent-7');
  expect(inCluster.conflicts).toEqual([]);
});

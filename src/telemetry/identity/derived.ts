/** What follows from the rest, when nobody said it. */
import { ATTRIBUTE } from '../attributes.ts';
import type { Candidate } from './candidates.ts';
import type { IdentityField, Sourced } from './deployment-identity.ts';
import type { IdentityInput } from './input.ts';

/** Candidates that fill gaps, from what is known so far. */
export function* derivedCandidates(
  known: (field: IdentityField) => Sourced | undefined,
  { env, pid, randomId }: IdentityInput,
): Generator<Candidate> {
  const hostName = Object.hasOwn(env, 'HOSTNAME') ? (env['HOSTNAME'] ?? '').trim() : '';
  const hash = known('podTemplateHash');
  // Names of an Argo Rollout's pods are <rollout>-<hash>-<five letters>, its ReplicaSets' <rollout>-<hash>. The name of the
  // host is that of the pod, save where the pod uses the network of its node: then the hash is not in it.
  const pod = known('podName') ?? (hostName === '' ? undefined : { value: hostName, source: 'HOSTNAME' });
  const at = hash === undefined || pod === undefined ? -1 : pod.value.lastIndexOf(`-${hash.value}-`);
  if (hash !== undefined && pod !== undefined && at > 0) {
    const rollout = pod.value.slice(0, at);
    yield gap('podName', ATTRIBUTE.podName, pod.value, pod.source);
    yield gap('rollout', ATTRIBUTE.rollout, rollout, pod.source);
    yield gap(null, ATTRIBUTE.replicaSetName, `${rollout}-${hash.value}`, pod.source);
  }
  yield instance(known('podName') ?? (hostName === '' ? undefined : { value: hostName, source: 'HOSTNAME' }), pid);
  yield gap('instance', ATTRIBUTE.serviceInstanceId, randomId(), 'random');
}

/** Process id included: a cluster of workers in one pod must not share a time series. */
function instance(host: Sourced | undefined, pid: number): Candidate {
  const value = host === undefined ? '' : `${host.value}:${pid}`;
  return gap('instance', ATTRIBUTE.serviceInstanceId, value, host?.source ?? 'random');
}

function gap(field: IdentityField | null, attribute: string, value: string, source: string): Candidate {
  return { field, attribute, value, source, claim: false };
}

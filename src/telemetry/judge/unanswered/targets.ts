/** Which service, and which cohort of it, a host and port stand for. */
import type { CohortInput } from '../../cohort/cohort.ts';
import { parseCohort } from '../../cohort/cohort.ts';
import type { EnvReader } from '../../env-reader.ts';
import { isPort } from '../../options/checks.ts';

/** Whom a request without an answer is counted for. Without a cohort or a deployment nobody can tell which version failed, and it is not judged. */
export interface UnansweredTarget {
  /** `service.name` of the target. */
  readonly service: string;
  readonly cohort?: CohortInput;
  /** `deployment.id` of the target. */
  readonly deploymentId?: string;
  /** `service.instance.id` of the target. */
  readonly pod?: string;
}

/** A host whose failures count for a service. */
export interface HostTarget extends UnansweredTarget {
  /** As the caller writes it in the URL, such as `checkout-canary.shop.svc`. Case does not matter. */
  readonly host: string;
  /** @defaultValue every port */
  readonly port?: number;
}

/** Where a request went. */
export interface Peer {
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** Finds the target of a peer. */
export type FindTarget = (peer: Peer) => UnansweredTarget | undefined;

/** Makes the question from a list; of two entries for one host and port the last counts. */
export function targetFinder(targets: readonly HostTarget[]): FindTarget {
  const byPeer = new Map(targets.map((target) => [keyOf(target.host, target.port), target]));
  return ({ host, port }) =>
    host === undefined ? undefined : (byPeer.get(keyOf(host, port)) ?? byPeer.get(keyOf(host, undefined)));
}

/** The variable that lists targets where there is no code. */
const TARGETS_VARIABLE = 'ROLLOUTGUARD_UNANSWERED_TARGETS';

/**
 * Reads `host:port=service;cohort=canary;deployment=d42;pod=p1,host=...`. An entry that is not understood is reported and
 * left out.
 */
export function targetsFromEnvironment(env: EnvReader): HostTarget[] {
  return env.list(TARGETS_VARIABLE).flatMap((entry, index) => {
    const target = parseTarget(entry);
    if (target !== null) return [target];
    env.reject(`${TARGETS_VARIABLE}, entry ${index + 1},`, 'host:port=service;cohort=canary;deployment=id;pod=id');
    return [];
  });
}

const PEER = /^(\[[0-9a-f:.]+\]|[^\s:=;[\]]+)(?::(\d{1,5}))?$/i;

function parseTarget(entry: string): HostTarget | null {
  const cut = entry.indexOf('=');
  const [, host, port] = PEER.exec(entry.slice(0, cut).trim()) ?? [];
  const [service = '', ...pairs] = entry
    .slice(cut + 1)
    .split(';')
    .map((part) => part.trim());
  if (cut < 0 || host === undefined || service === '' || service.includes('=')) return null;
  if (port !== undefined && !isPort(Number(port))) return null;
  const more = new Map<string, string>();
  for (const pair of pairs) {
    const [key = '', value = '', ...rest] = pair.split('=').map((part) => part.trim());
    if (!['cohort', 'deployment', 'pod'].includes(key) || value === '' || rest.length > 0) return null;
    more.set(key, value);
  }
  const [cohort, deploymentId, pod] = [more.get('cohort'), more.get('deployment'), more.get('pod')];
  const known = cohort === undefined ? undefined : parseCohort(cohort);
  if (known === null) return null;
  return {
    ...{ host, service },
    ...(port !== undefined && { port: Number(port) }),
    ...(known !== undefined && { cohort: known }),
    ...(deploymentId !== undefined && { deploymentId }),
    ...(pod !== undefined && { pod }),
  };
}

function keyOf(host: string, port: number | undefined): string {
  // Clients of Node leave out the brackets of IPv6.
  return `${host.toLowerCase().replace(/^\[(.*)\]$/, '$1')} ${port ?? ''}`;
}

/** Probes that fit together: a start may take its time, and no pod is restarted before it was only left alone. */
import type { OptionCheck } from '../../options.ts';
import type { Probe } from '../types/pod.ts';
import { checkOf, PORT, required } from './options.ts';

/** What is asked: a path, a port that takes connections, the gRPC health service, or a command. */
export type ProbeTarget =
  | { path: string; port: number | string; scheme?: 'HTTP' | 'HTTPS' }
  | { tcp: number | string }
  | { grpc: number; service?: string }
  | { exec: string[] };

/** How often, and for how long it may fail. */
export interface ProbeTiming {
  /** Failing for so long is what counts; a multiple of `periodSeconds`, else rounded up. */
  failAfterSeconds?: number;
  /** Time between two questions: an integer from 1 on. */
  periodSeconds?: number;
  /** Time for an answer: an integer from 1 on. */
  timeoutSeconds?: number;
}

/**
 * Holds the other probes back until the container has started.
 *
 * @param timing - `failAfterSeconds` is the time that a start may take at most; then the container is restarted.
 * @defaultValue 60 s, every 2 s, 2 s for an answer
 * @throws RolloutGuardError `INVALID_OPTION` at times out of bounds, and without anything to ask.
 */
export function startupProbe(target: ProbeTarget, timing: ProbeTiming = {}): Probe {
  return probe('startupProbe', target, timing, 60, 2, 2);
}

/**
 * Keeps traffic away from a pod while it fails. It may look at what the pod needs.
 *
 * @defaultValue 15 s, every 5 s, 2 s for an answer
 * @throws RolloutGuardError `INVALID_OPTION` at times out of bounds, and without anything to ask.
 */
export function readinessProbe(target: ProbeTarget, timing: ProbeTiming = {}): Probe {
  return probe('readinessProbe', target, timing, 15, 5, 2);
}

/**
 * Restarts a container that hangs. It must not look at what the pod needs: an outage there would restart all pods.
 *
 * @defaultValue 60 s, every 10 s, 5 s for an answer
 * @throws RolloutGuardError `INVALID_OPTION` at times out of bounds, and without anything to ask.
 */
export function livenessProbe(target: ProbeTarget, timing: ProbeTiming = {}): Probe {
  return probe('livenessProbe', target, timing, 60, 10, 5);
}

/** Options of {@link probes}. */
export interface ProbesOptions {
  /** Whether the pod can take traffic now. */
  ready: ProbeTarget;
  /** Whether the process still lives; not whether others do. */
  live: ProbeTarget;
  /** Longest time that a start may take. @defaultValue 60 */
  startSeconds?: number;
  /** Failing for so long keeps traffic away. @defaultValue 15 */
  unreadySeconds?: number;
  /** Failing for so long restarts it: at least `unreadySeconds`. @defaultValue 60, or three times `unreadySeconds` if more */
  restartSeconds?: number;
}

/** The three probes of a container. */
export interface Probes {
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
}

/**
 * All three, so that they fit together: `container({ name, image, ...probes({ ready, live }) })`.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a pod would be restarted before traffic is kept away from it, at times out
 * of bounds, and at options that do not exist.
 */
export function probes(options: ProbesOptions): Probes {
  const check = checkOf('probes', options, 'ready live startSeconds unreadySeconds restartSeconds');
  const { ready, live, startSeconds = 60, unreadySeconds = 15 } = options;
  const { restartSeconds = Math.max(60, 3 * unreadySeconds) } = options;
  check.number('restartSeconds', restartSeconds, 0, { min: unreadySeconds });
  return {
    startupProbe: startupProbe(live, { failAfterSeconds: startSeconds }),
    readinessProbe: readinessProbe(ready, { failAfterSeconds: unreadySeconds }),
    livenessProbe: livenessProbe(live, { failAfterSeconds: restartSeconds }),
  };
}

function probe(
  caller: string,
  target: ProbeTarget,
  timing: ProbeTiming,
  failAfter: number,
  period: number,
  timeout: number,
): Probe {
  const check = checkOf(caller, timing, 'failAfterSeconds periodSeconds timeoutSeconds');
  const whole = { min: 1, max: 86_400, integer: true };
  const periodSeconds = check.number('options.periodSeconds', timing.periodSeconds, period, whole);
  const failAfterSeconds = check.number('options.failAfterSeconds', timing.failAfterSeconds, failAfter, whole);
  return {
    ...handler(check, target),
    periodSeconds,
    timeoutSeconds: check.number('options.timeoutSeconds', timing.timeoutSeconds, timeout, whole),
    failureThreshold: Math.ceil(failAfterSeconds / periodSeconds),
  };
}

function handler(check: OptionCheck, target: ProbeTarget): Probe {
  check.knownKeys('target', target, ['path', 'port', 'scheme', 'tcp', 'grpc', 'service', 'exec']);
  if ('path' in target) {
    const { path, scheme } = target;
    return {
      httpGet: {
        path: check.text('target.path', path),
        port: port(check, 'port', target.port),
        ...(scheme && { scheme }),
      },
    };
  }
  if ('tcp' in target) return { tcpSocket: { port: port(check, 'tcp', target.tcp) } };
  if ('grpc' in target) {
    const { service } = target;
    return {
      grpc: { port: required(check, 'target.grpc', target.grpc, PORT), ...(service !== undefined && { service }) },
    };
  }
  if (!Array.isArray(target.exec) || target.exec.length === 0)
    check.fail('target', target, 'Give path and port, tcp, grpc or exec.');
  return { exec: { command: target.exec } };
}

function port(check: OptionCheck, key: string, value: number | string): number | string {
  const path = `target.${key}`;
  return typeof value === 'number' ? check.number(path, value, 0, PORT) : check.text(path, value);
}

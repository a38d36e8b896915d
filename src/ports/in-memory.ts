/** Ports that live in memory, for tests, examples and dry runs, and ones that do nothing. */
import type { Clock } from './clock.ts';
import type { PastDeployment } from './decision.ts';
import type { DeploymentRecord } from './deployment-record.ts';
import type { DeploymentEvent, EventSink } from './event-sink.ts';
import type { MetricsClient, TelemetryQuery } from './metrics-client.ts';
import type { RolloutClient, RolloutStatus } from './rollout-client.ts';
import type { AggregateTelemetry, DeploymentTelemetry } from './telemetry.ts';

/** A metrics client that answers from memory: what is given, or what a function makes of the query. */
export function inMemoryMetrics(
  telemetry:
    | DeploymentTelemetry
    | AggregateTelemetry
    | ((query: TelemetryQuery) => DeploymentTelemetry | AggregateTelemetry),
): MetricsClient {
  return {
    name: 'in-memory metrics',
    async getTelemetry(query, { signal }) {
      signal.throwIfAborted();
      return typeof telemetry === 'function' ? telemetry(query) : telemetry;
    },
  };
}

/** A rollout client whose rollouts live in memory. */
export interface InMemoryRollouts extends RolloutClient {
  /** Changes the status of a service, as a controller would. */
  setStatus(service: string, status: Partial<RolloutStatus>): void;
}

const IDLE: RolloutStatus = {
  activeDeploymentId: null,
  phase: 'unknown',
  canaryShare: 0,
  startedAtMs: 0,
  stepStartedAtMs: 0,
};

/** A rollout client that keeps one rollout per service in memory. Abort sets the canary's share to 0 at once. */
export function inMemoryRollouts(initial: Record<string, Partial<RolloutStatus>> = {}): InMemoryRollouts {
  const services = new Map(Object.entries(initial).map(([service, status]) => [service, { ...IDLE, ...status }]));
  const statusOf = (service: string): RolloutStatus => services.get(service) ?? { ...IDLE };
  return {
    name: 'in-memory rollouts',
    setStatus: (service, status) => void services.set(service, { ...statusOf(service), ...status }),
    async getStatus({ service }, { signal }) {
      signal.throwIfAborted();
      return { ...statusOf(service) };
    },
    async abort({ service, deploymentId }, { signal }) {
      signal.throwIfAborted();
      const status = statusOf(service);
      const { activeDeploymentId, phase } = status;
      if (activeDeploymentId !== null && activeDeploymentId !== deploymentId)
        return { status: 'superseded', activeDeploymentId };
      if (phase === 'promoted') return { status: 'already-promoted' };
      if (phase === 'aborted') return { status: 'already-aborted' };
      services.set(service, { ...status, phase: 'aborted', canaryShare: 0 });
      return { status: 'aborted' };
    },
  };
}

/** An event sink that keeps its events. */
export interface InMemoryEventSink extends EventSink {
  /** One event per id, in the order of their first arrival. */
  readonly events: readonly DeploymentEvent[];
}

/** An event sink that keeps one event per id in memory. */
export function inMemoryEventSink(): InMemoryEventSink {
  const byId = new Map<string, DeploymentEvent>();
  return {
    name: 'in-memory events',
    get events() {
      return [...byId.values()];
    },
    async emit(event, { signal }) {
      signal.throwIfAborted();
      if (!byId.has(event.id)) byId.set(event.id, structuredClone(event));
    },
  };
}

/** An event sink that drops everything. */
export function noopEventSink(): EventSink {
  return { name: 'no events', emit: async () => {} };
}

/** A record that keeps past deployments in memory. */
export interface InMemoryRecord extends DeploymentRecord {
  /** Adds what became of a deployment. */
  add(service: string, deployment: PastDeployment): void;
}

/** A record of past deployments in memory, by service. */
export function inMemoryRecord(initial: Readonly<Record<string, readonly PastDeployment[]>> = {}): InMemoryRecord {
  const services = new Map(Object.entries(initial).map(([service, past]) => [service, [...past]]));
  return {
    name: 'in-memory record',
    add: (service, deployment) => void services.set(service, [...(services.get(service) ?? []), { ...deployment }]),
    async getPastDeployments(service, { signal }) {
      signal.throwIfAborted();
      return structuredClone(services.get(service) ?? []);
    },
  };
}

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in order. */
  advance(ms: number): Promise<void>;
}

/** A clock for tests: no real time passes. */
export function manualClock(startMs: number = 0): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  return {
    now: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper = { atMs: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => sleepers.delete(sleeper) && reject(signal.reason), { once: true });
      });
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        await settled();
        const due = [...sleepers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        nowMs = Math.max(nowMs, due.atMs);
        sleepers.delete(due);
        due.wake();
      }
      nowMs = untilMs;
      await settled();
    },
  };
}

/** Lets pending promise callbacks run, so that a woken sleeper can go to sleep again before time moves on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

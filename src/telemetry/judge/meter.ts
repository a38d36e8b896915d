/**
 * Finds the meter of this process, whoever has started OpenTelemetry and whenever.
 *
 * A business metric is defined where a module is loaded: before telemetry runs, in an app whose telemetry is another
 * SDK's, in a test without any. The metrics API has no proxy that would start to count later, so this is ours. Importing it
 * loads no package.
 */
import type { Meter } from '@opentelemetry/api';
import { VERSION } from '../../version.ts';
import { packageLoader } from '../packages/install.ts';
import { METER_NAME } from './names.ts';

/** The part of `@opentelemetry/api` that is needed. */
export type MetricsApi = Pick<typeof import('@opentelemetry/api'), 'metrics' | 'createNoopMeter'>;

/** Something that records as soon as there is a meter. */
export interface MeterUser {
  /** Makes the instruments on this meter. */
  attach(meter: Meter): void;
  /** That meter is gone: another one may come. */
  detach(): void;
}

interface Shared {
  /** Of the telemetry that runs here; it may come from a loader of the app's own. */
  running?: MetricsApi;
  /** Found by ourselves; null when it is not installed. */
  found?: MetricsApi | null;
  readonly users: Set<MeterUser>;
}

/** Global, not a module variable: the preload and the app may load this package from two places. */
const SHARED = Symbol.for('rolloutguard.telemetry.meter-users.1');
const globals = globalThis as { [SHARED]?: Shared };

/** Gives the meter to this user, now or when telemetry is started. */
export function useMeter(user: MeterUser): void {
  shared().users.add(user);
  attachIfPossible(user);
}

/** Asks again whether there is a meter: an SDK that is not ours does not tell when it is started. */
export function attachIfPossible(user: MeterUser): void {
  try {
    const meter = currentMeter(shared());
    if (meter !== null) user.attach(meter);
  } catch {
    // Whatever that provider is, it must not break who records.
  }
}

/** Telemetry has been started with this API: all who wait get their meter. Returns a function that takes it back. */
export function offerMeter(api: MetricsApi): () => void {
  const state = shared();
  state.running = api;
  for (const user of state.users) attachIfPossible(user);
  return () => {
    if (state.running === api) delete state.running;
    for (const user of state.users) user.detach();
  };
}

function shared(): Shared {
  globals[SHARED] ??= { users: new Set() };
  return globals[SHARED];
}

function currentMeter(state: Shared): Meter | null {
  const api = state.running ?? foundApi(state);
  if (api === null) return null;
  const meter = api.metrics.getMeter(METER_NAME, VERSION);
  return meter === api.createNoopMeter() ? null : meter;
}

/** Looked for once: a failed search costs a walk through the file system. */
function foundApi(state: Shared): MetricsApi | null {
  if (state.found === undefined) {
    try {
      state.found = packageLoader()('@opentelemetry/api') as MetricsApi;
    } catch {
      state.found = null;
    }
  }
  return state.found;
}

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
export interface MetricsApi {
  readonly metrics: { getMeter(name: string, version: string): Meter };
  /** The meter of a process without metrics: always the same one. */
  createNoopMeter(): Meter;
}

/** Something that records as soon as there is a meter. */
export interface MeterUser {
  /** Makes the instruments on this meter. */
  attach(meter: Meter): void;
  /** That meter is gone: another one may come. */
  detach(): void;
}

/** Brings meters and their users together. */
export class MeterHub {
  readonly #find: () => MetricsApi | null;
  readonly #users = new Set<MeterUser>();
  /** Of the telemetry that runs here; it may come from a loader of the app's own. */
  #running: MetricsApi | null = null;
  /** Found by ourselves; `undefined` before anybody has asked. */
  #found: MetricsApi | null | undefined;

  /** @param find - gives the API that another SDK may have registered its meters with; asked once, when it is needed. */
  constructor(find: () => MetricsApi | null = findApi) {
    this.#find = find;
  }

  /** Gives the meter to this user, now or when telemetry is started. */
  add(user: MeterUser): void {
    this.#users.add(user);
    this.attachIfPossible(user);
  }

  /** Asks again whether there is a meter: an SDK that is not ours does not tell when it is started. */
  attachIfPossible(user: MeterUser): void {
    try {
      const meter = this.#currentMeter();
      if (meter !== null) user.attach(meter);
    } catch {
      // Whatever that provider is, it must not break who records.
    }
  }

  /** Telemetry has been started with this API: all who wait get their meter. Returns a function that takes it back. */
  offer(api: MetricsApi): () => void {
    this.#running = api;
    for (const user of this.#users) this.attachIfPossible(user);
    return () => {
      if (this.#running === api) this.#running = null;
      for (const user of this.#users) user.detach();
    };
  }

  #currentMeter(): Meter | null {
    // A failed search costs a walk through the file system.
    if (this.#running === null && this.#found === undefined) this.#found = this.#find();
    const api = this.#running ?? this.#found ?? null;
    if (api === null) return null;
    const meter = api.metrics.getMeter(METER_NAME, VERSION);
    return meter === api.createNoopMeter() ? null : meter;
  }
}

function findApi(): MetricsApi | null {
  try {
    return packageLoader()('@opentelemetry/api') as MetricsApi;
  } catch {
    return null;
  }
}

/** Global, not a module variable: the preload and the app may load this package from two places. */
const HUB = Symbol.for('rolloutguard.telemetry.meter-hub.1');
const globals = globalThis as { [HUB]?: MeterHub };

/** The one of this process. */
export function sharedMeterHub(): MeterHub {
  globals[HUB] ??= new MeterHub();
  return globals[HUB];
}

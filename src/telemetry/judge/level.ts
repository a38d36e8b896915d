/** The last known level of something, read at each export. */
import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { MeterHub, MeterUser } from './meter.ts';
import { METRIC } from './names.ts';

/** A gauge. */
export class Level implements MeterUser {
  readonly #hub: MeterHub;
  readonly #name: string;
  readonly #description: string;
  readonly #onBadValue: (value: unknown) => void;
  #read: (() => number | null) | undefined;
  #attached = false;

  /** @param onBadValue - told what was read and is no finite number. */
  constructor(hub: MeterHub, name: string, description: string, onBadValue: (value: unknown) => void) {
    this.#hub = hub;
    this.#name = name;
    this.#description = description;
    this.#onBadValue = onBadValue;
    hub.add(this);
  }

  /** From now on this is asked. Null: there is no level to tell. */
  readFrom(read: () => number | null): void {
    this.#read = read;
    if (!this.#attached) this.#hub.attachIfPossible(this);
  }

  attach(meter: Meter): void {
    if (this.#attached) return;
    this.#attached = true;
    const gauge = meter.createObservableGauge(`${METRIC.businessPrefix}${this.#name}`, {
      description: this.#description,
    });
    gauge.addCallback((result) => this.#report(result));
  }

  detach(): void {
    this.#attached = false;
  }

  #report(result: ObservableResult): void {
    let value: unknown = null;
    try {
      value = this.#read?.() ?? null;
    } catch (error) {
      value = error;
    }
    if (typeof value === 'number' && Number.isFinite(value)) result.observe(value);
    else if (value !== null) this.#onBadValue(value);
  }
}

/** The services that are known, at most as many as there may be series. */
import { ProblemLedger } from './problems.ts';
import type { IntervalStoreOptions } from './receiver-options.ts';
import { ServiceRecord } from './service-record.ts';
import { Watermark } from './watermark.ts';

/** Records by service name. */
export class Services {
  /** Problems of exports that could not be told to any service. Every query hears of them. */
  readonly sharedProblems: ProblemLedger = new ProblemLedger();
  readonly #options: Required<IntervalStoreOptions>;
  readonly #records = new Map<string, ServiceRecord>();

  constructor(options: Required<IntervalStoreOptions>) {
    this.#options = options;
  }

  /** The record of a service; one that nobody has heard of is empty, and is not kept. */
  find(name: string): ServiceRecord {
    const { intervalMs, exportPeriodMs } = this.#options;
    return this.#records.get(name) ?? new ServiceRecord(new Watermark(intervalMs, exportPeriodMs));
  }

  /** The record of a service, made if need be; `null` when there are too many services already. */
  open(name: string): ServiceRecord | null {
    const known = this.#records.get(name);
    if (known !== undefined) return known;
    if (this.#records.size >= this.#options.maxSeries) return null;
    const record = this.find(name);
    this.#records.set(name, record);
    return record;
  }

  /** Where to note problems with a service's points. */
  problemsOf(name: string): ProblemLedger {
    return this.#records.get(name)?.problems ?? this.sharedProblems;
  }

  /** Forgets what is older than the retention, and services of which nothing is left. */
  sweep(nowMs: number): void {
    const beforeMs = nowMs - this.#options.retentionMs;
    for (const [name, record] of this.#records) {
      record.forget(beforeMs);
      record.watermark.advance(nowMs);
      if (record.isEmptySince(beforeMs)) this.#records.delete(name);
    }
  }
}

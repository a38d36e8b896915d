import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MetricsPayload } from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import type { DeploymentTelemetry } from '../../../src/ports/telemetry.ts';
import { answered, asText, exportOf, TestStore, totals } from './support/exports.ts';

/** What happens to a sender between two exports. */
type Step =
  | { type: 'serve'; requests: number; errors: number }
  | { type: 'flip' }
  | { type: 'restart' }
  /** The acknowledgement is lost: the same export is sent again. */
  | { type: 'retry' }
  /** The export does not arrive; what it said is in the next one if totals are sent. */
  | { type: 'lose' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('serve' as const),
      requests: fc.nat({ max: 50 }),
      errors: fc.nat({ max: 5 }),
    }),
  },
  fc.record({ type: fc.constantFrom('flip' as const, 'restart' as const, 'retry' as const, 'lose' as const) }),
);

/** A sender as an SDK would be: it counts, exports every 10 s, and may be restarted or change its cohort. */
class SimulatedSender {
  sentRequests = 0;
  sentErrors = 0;
  #cohort = 'canary';
  #startedAt = 0;
  #exportedAt = 0;
  /** Since the start, or since the last export, as the temporality says. */
  #requests = 0;
  #errors = 0;
  #last: MetricsPayload | null = null;
  /** The totals that were told last. */
  #noted = { startedAt: 0, requests: 0, errors: 0 };
  readonly #pod: string;
  readonly #temporality: 'delta' | 'cumulative';

  constructor(pod: string, temporality: 'delta' | 'cumulative') {
    this.#pod = pod;
    this.#temporality = temporality;
  }

  /** One step, and the exports that arrive after it. */
  step(now: number, step: Step): MetricsPayload[] {
    if (step.type === 'retry') return this.#last === null ? [] : [this.#last];
    if (step.type === 'flip') this.#cohort = this.#cohort === 'canary' ? 'stable' : 'canary';
    if (step.type === 'restart') {
      this.#startedAt = now - 5;
      this.#exportedAt = now - 5;
      this.#requests = 0;
      this.#errors = 0;
    }
    if (step.type === 'serve') {
      this.#requests += step.requests;
      this.#errors += step.errors;
    }
    // Only totals survive a lost export: the sender of a delta has already forgotten it.
    if (step.type === 'lose' && this.#temporality === 'cumulative') return [];
    const from = this.#temporality === 'delta' ? this.#exportedAt : this.#startedAt;
    const points = [
      { from, to: now, count: this.#requests, status: 200 },
      { from, to: now, count: this.#errors, status: 500 },
    ];
    this.#last = exportOf(
      { pod: this.#pod, cohort: this.#cohort, deploymentId: 'd1' },
      answered(points, this.#temporality),
    );
    this.#exportedAt = now;
    if (this.#temporality === 'delta') {
      this.sentRequests += this.#requests + this.#errors;
      this.sentErrors += this.#errors;
      this.#requests = 0;
      this.#errors = 0;
    } else {
      this.#note();
    }
    return [this.#last];
  }

  #note(): void {
    const before = this.#noted.startedAt === this.#startedAt ? this.#noted : { requests: 0, errors: 0 };
    this.sentErrors += this.#errors - before.errors;
    this.sentRequests += this.#requests + this.#errors - before.requests - before.errors;
    this.#noted = { startedAt: this.#startedAt, requests: this.#requests, errors: this.#errors };
  }
}

test.each(['delta', 'cumulative'] as const)(
  '%s: whatever is retried, lost, restarted or flipped, each request is counted once, and what was told stays',
  (temporality) => {
    const podSteps = fc.array(step, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(podSteps, { minLength: 1, maxLength: 3 }), fc.boolean(), (pods, reversed) => {
        const store = new TestStore();
        const senders = pods.map((_, i) => new SimulatedSender(`p${i}`, temporality));
        const rounds = Math.max(...pods.map((steps) => steps.length));
        const told: { untilMs: number; rows: string[] }[] = [];
        for (let round = 0; round < rounds; round++) {
          const exports = senders.flatMap((sender, i) => {
            const next = pods[i]![round];
            return next === undefined ? [] : sender.step(10 * round + 10 - 0.7 * i, next);
          });
          const arrival = 10 * round + 10.2;
          for (const payload of reversed ? exports.toReversed() : exports) store.take(arrival, payload);
          const answer = store.ask(arrival);
          told.push({ untilMs: answer.completeUntilMs, rows: rowsUntil(answer, answer.completeUntilMs) });
        }
        const telemetry = store.ask(10 * rounds + 100);
        validateTelemetry(telemetry);
        expect(totals(telemetry)).toEqual({
          requests: senders.reduce((sum, { sentRequests }) => sum + sentRequests, 0),
          errors: senders.reduce((sum, { sentErrors }) => sum + sentErrors, 0),
        });
        expect(store.store.stats().dropped).toMatchObject({ late: 0, malformed: 0, outOfOrder: 0 });
        for (const { untilMs, rows } of told) expect(rowsUntil(telemetry, untilMs)).toEqual(rows);
      }),
      { seed: 20, numRuns: 300 },
    );
  },
);

/** What was said about the time until `untilMs`. What is stable turns into `before` when the canary comes. */
function rowsUntil({ intervals }: DeploymentTelemetry, untilMs: number): string[] {
  const rows = intervals.filter(({ endMs }) => endMs <= untilMs).map(asText);
  return rows.map((row) => row.replace(/^before/, 'stable')).sort();
}

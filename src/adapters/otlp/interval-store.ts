/**
 * Keeps what senders report as counts per interval, cohort and pod, and answers queries from them. It does no I/O and has
 * no clock: times come in with the calls, so the same calls always give the same answers.
 */
import { OptionCheck } from '../../options.ts';
import type { TelemetryQuery } from '../../ports/metrics-client.ts';
import type { DeploymentTelemetry } from '../../ports/telemetry.ts';
import { gridFloor } from './grid.ts';
import { type IngestResult, Intake, type IntakeStats } from './intake.ts';
import type { MetricsPayload } from './otlp-metrics.ts';
import { ProblemLedger } from './problems.ts';
import { checkStoreOptions, type IntervalStoreOptions } from './receiver-options.ts';
import { Services } from './services.ts';
import { viewDeployment } from './telemetry-view.ts';

/** A store of intervals. */
export interface IntervalStore {
  /**
   * Takes a decoded export in. What cannot be used is counted and reported, never thrown.
   *
   * @param receivedAtMs - when it arrived, Unix milliseconds.
   */
  ingest(payload: MetricsPayload, receivedAtMs: number): IngestResult;
  /** Notes that an export arrived that could not be read: nobody knows of which service it spoke, so every query hears of it. */
  noteUnreadable(receivedAtMs: number): void;
  /**
   * One deployment's telemetry: the closed intervals that lie wholly between `fromMs` and `toMs`.
   *
   * @param nowMs - the time of the question: what is complete depends on it.
   * @throws RolloutGuardError `INVALID_REQUEST` when the query's interval is not a multiple of the store's.
   */
  telemetry(query: TelemetryQuery, nowMs: number): DeploymentTelemetry;
  /** What came in so far. */
  stats(): IntakeStats;
}

/**
 * Makes an empty store.
 *
 * @param watchingSinceMs - when exports could first arrive, Unix milliseconds: totals that began earlier hold history and
 * are only a base line. Without it: when the first export arrives.
 * @throws RolloutGuardError `INVALID_OPTION`.
 */
export function createIntervalStore(options: IntervalStoreOptions = {}, watchingSinceMs?: number): IntervalStore {
  const resolved = checkStoreOptions(options);
  const services = new Services(resolved);
  const intake = new Intake(resolved, services, watchingSinceMs ?? null);
  return {
    ingest: (payload, receivedAtMs) => intake.take(payload, receivedAtMs),
    noteUnreadable: (receivedAtMs) => services.sharedProblems.note('MALFORMED_BODY', receivedAtMs),
    telemetry: (query, nowMs) => answer(services, resolved.intervalMs, query, nowMs),
    stats: () => intake.stats(),
  };
}

function answer(
  services: Services,
  storeIntervalMs: number,
  query: TelemetryQuery,
  nowMs: number,
): DeploymentTelemetry {
  checkQuery(query, storeIntervalMs);
  const { service, deploymentId, intervalMs, fromMs, toMs } = query;
  const record = services.find(service);
  const completeUntilMs = gridFloor(Math.min(record.watermark.advance(nowMs), toMs), intervalMs);
  const { deployedAtMs, intervals, latencyLostAtMs, measureLostAtMs } = viewDeployment(
    record.groups,
    query,
    completeUntilMs,
  );
  const problems = new ProblemLedger();
  problems.addAll(services.sharedProblems);
  problems.addAll(record.problems);
  for (const atMs of latencyLostAtMs) problems.note('LATENCY_LOST', atMs);
  for (const atMs of measureLostAtMs) problems.note('MEASURE_LOST', atMs);
  const found = problems.list(fromMs);
  return {
    ...{ schemaVersion: 1, kind: 'intervals', service, deploymentId, intervalMs, deployedAtMs, completeUntilMs },
    // Only the router knows the weights.
    weights: [],
    intervals,
    ...(found.length === 0 ? {} : { problems: found }),
  };
}

function checkQuery({ intervalMs, fromMs, toMs }: TelemetryQuery, storeIntervalMs: number): void {
  const check = new OptionCheck('INVALID_REQUEST', 'getTelemetry');
  if (!(intervalMs > 0 && intervalMs % storeIntervalMs === 0)) {
    check.fail('query.intervalMs', intervalMs, `Use a multiple of the receiver's own ${storeIntervalMs} ms.`);
  }
  check.number('query.fromMs', fromMs, fromMs);
  check.number('query.toMs', toMs, toMs, { min: fromMs });
}

/** What successive answers of a metrics client said of one deployment, put together. */
import type { TelemetryQuery } from '../ports/metrics-client.ts';
import type { DeploymentTelemetry, SourceProblem, TelemetryInterval, WeightChange } from '../ports/telemetry.ts';
import type { Recording } from './recording.ts';

/** Problems of sources that are kept of one deployment. */
const MOST_PROBLEMS = 100;

/** An interval, and the number of the answer that it came with. */
interface Told {
  interval: TelemetryInterval;
  answer: number;
}

/** Intervals by their series, then by their start. */
type SeriesMap = Map<string, Map<number, Told>>;

/** One deployment's answers so far. Of two that differ about the same time the later one counts. */
export class DeploymentLog {
  #answers = 0;
  #latest: DeploymentTelemetry | null = null;
  #completeUntilMs = -Infinity;
  readonly #intervals: SeriesMap = new Map();
  readonly #dependencies = new Map<string, SeriesMap>();
  readonly #weights = new Map<number, WeightChange>();
  readonly #problems = new Map<string, SourceProblem>();

  /** Takes in a valid answer. When the deployment began is known best by the rollout system, which the query quotes. */
  add(telemetry: DeploymentTelemetry, { deployedAtMs = telemetry.deployedAtMs, routed }: TelemetryQuery): void {
    const answer = ++this.#answers;
    this.#latest = { ...telemetry, deployedAtMs };
    this.#completeUntilMs = Math.max(this.#completeUntilMs, telemetry.completeUntilMs);
    for (const interval of telemetry.intervals) tell(this.#intervals, interval, answer);
    for (const [name, calls] of Object.entries(telemetry.dependencies ?? {})) {
      const series: SeriesMap = this.#dependencies.get(name) ?? new Map();
      this.#dependencies.set(name, series);
      for (const interval of calls) tell(series, interval, answer);
    }
    // What the rollout system saw counts only where the client knows no weights, as for the engine.
    const weights = telemetry.weights.length > 0 || routed === undefined ? telemetry.weights : [routed];
    for (const change of weights) this.#weights.set(change.atMs, change);
    for (const problem of telemetry.problems ?? []) {
      const key = JSON.stringify([problem.source, problem.code, problem.message, problem.atMs]);
      if (this.#problems.size < MOST_PROBLEMS) this.#problems.set(key, problem);
    }
  }

  /** All answers as one; `null` before the first. It shares nothing with them. */
  recording(): Recording | null {
    if (this.#latest === null) return null;
    const { dependencies: _, problems: __, ...latest } = this.#latest;
    const dependencies = [...this.#dependencies].map(([name, series]) => [name, intervalsOf(series)] as const);
    const recording: Recording = {
      ...latest,
      completeUntilMs: this.#completeUntilMs,
      weights: [...this.#weights.values()].sort((a, b) => a.atMs - b.atMs),
      intervals: intervalsOf(this.#intervals),
      ...(dependencies.length > 0 ? { dependencies: Object.fromEntries(dependencies) } : {}),
      ...(this.#problems.size > 0 ? { problems: [...this.#problems.values()] } : {}),
    };
    // As it will be stored: plain JSON, whatever else the client put into its answers.
    return JSON.parse(JSON.stringify(recording)) as Recording;
  }
}

function tell(all: SeriesMap, interval: TelemetryInterval, answer: number): void {
  const { cohort, pod, segment, startMs } = interval;
  // Stable is called so or `before` by when the deployment began, which may be known only later.
  const key = JSON.stringify([cohort === 'before' ? 'stable' : cohort, pod ?? null, segment ?? null]);
  const series = all.get(key) ?? new Map<number, Told>();
  all.set(key, series.set(startMs, { interval, answer }));
}

/** In the order of time, cohort, pod and segment; where intervals of a series overlap, because a client was asked in another rhythm, the later answer counts. */
function intervalsOf(all: SeriesMap): TelemetryInterval[] {
  const kept: TelemetryInterval[] = [];
  for (const series of all.values()) {
    let last: Told | null = null;
    for (const told of [...series.values()].sort((a, b) => a.interval.startMs - b.interval.startMs)) {
      if (last !== null && told.interval.startMs < last.interval.endMs) {
        if (told.answer < last.answer) continue;
        kept.pop();
      }
      kept.push(told.interval);
      last = told;
    }
  }
  return kept.sort(byStartAndSeries);
}

function byStartAndSeries(a: TelemetryInterval, b: TelemetryInterval): number {
  if (a.startMs !== b.startMs) return a.startMs - b.startMs;
  for (const name of ['cohort', 'pod', 'segment'] as const) {
    const [first, second] = [a[name] ?? '', b[name] ?? ''];
    if (first !== second) return first < second ? -1 : 1;
  }
  return 0;
}

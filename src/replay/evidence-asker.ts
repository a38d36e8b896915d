/** Asks a policy of evidence about a deployment whose future it does not know. The work is that of judging it once. */
import type { Because } from '../engine/finding.ts';
import type { EvidencePolicy } from '../engine/policy.ts';
import { decisionOf, verdictOf } from '../engine/verdict.ts';
import { DeploymentWalk } from '../engine/walk.ts';
import type { Decision } from '../ports/decision.ts';
import type { TelemetryInterval, WeightChange } from '../ports/telemetry.ts';
import type { Answer, Asker } from './asker.ts';
import type { Recording } from './recording.ts';
import { SlotLengths } from './slot-lengths.ts';

/** Grounds on which a policy may go on although there is nothing to judge by. */
const UNJUDGED: ReadonlySet<Because> = new Set<Because>(['no-data', 'no-traffic', 'low-traffic', 'silent']);

/** What arrives in one slot, in the order of the recording. */
interface Arrival {
  endMs: number;
  intervals: TelemetryInterval[];
  calls: [dependency: string, TelemetryInterval][];
}

/** One walk through the recording, up to the moment that was last asked about. */
class Progress {
  readonly walk: DeploymentWalk;
  readonly #arrivals: Arrival[];
  readonly #weights: WeightChange[];
  #arrived = 0;
  #routed = 0;
  #nowMs = -Infinity;

  constructor(policy: EvidencePolicy, recording: Recording, slotMs: number) {
    this.walk = new DeploymentWalk(policy, { deployedAtMs: recording.deployedAtMs, slotMs });
    this.#arrivals = arrivalsOf(recording, slotMs);
    this.#weights = recording.weights.toSorted((a, b) => a.atMs - b.atMs);
  }

  /** Tells the walk all that is known at a moment; what it knows already it is not told again. */
  advance(nowMs: number): void {
    if (nowMs <= this.#nowMs) return;
    this.#nowMs = nowMs;
    while (this.#routed < this.#weights.length && this.#weights[this.#routed]!.atMs <= nowMs)
      this.walk.route(this.#weights[this.#routed++]!);
    while (this.#arrived < this.#arrivals.length && this.#arrivals[this.#arrived]!.endMs <= nowMs) {
      const { intervals, calls } = this.#arrivals[this.#arrived++]!;
      for (const interval of intervals) this.walk.add(interval);
      for (const [name, interval] of calls) this.walk.addDependency(name, interval);
    }
    this.walk.advance(nowMs);
  }
}

/** See the head of the file. */
export class EvidenceAsker implements Asker {
  readonly #policy: EvidencePolicy;
  readonly #recording: Recording;
  readonly #lengths: SlotLengths;
  /** By slot length; there is more than one only where the first intervals of a recording differ in length. */
  readonly #progress = new Map<number, Progress>();

  constructor(policy: EvidencePolicy, recording: Recording) {
    this.#policy = policy;
    this.#recording = recording;
    this.#lengths = new SlotLengths(recording, policy.intervalSeconds * 1000);
  }

  ask(nowMs: number): Answer {
    const { verdict, because } = verdictOf(this.#walkAt(nowMs), { nowMs });
    return { verdict, because, judged: verdict !== 'hold' && !UNJUDGED.has(because) };
  }

  decision(nowMs: number): Decision {
    const walk = this.#walkAt(nowMs);
    const problems = (this.#recording.problems ?? []).filter(({ atMs }) => atMs <= nowMs);
    return decisionOf(walk, this.#recording, [...problems, ...walk.attribution.problems], { nowMs });
  }

  #walkAt(nowMs: number): DeploymentWalk {
    const slotMs = this.#lengths.at(nowMs);
    let progress = this.#progress.get(slotMs);
    if (progress === undefined) {
      progress = new Progress(this.#policy, this.#recording, slotMs);
      this.#progress.set(slotMs, progress);
    }
    progress.advance(nowMs);
    return progress.walk;
  }
}

function arrivalsOf({ intervals, dependencies }: Recording, slotMs: number): Arrival[] {
  const bySlot = new Map<number, Arrival>();
  const slotOf = ({ endMs: intervalEndMs }: TelemetryInterval): Arrival => {
    const endMs = Math.ceil(intervalEndMs / slotMs) * slotMs;
    const arrival = bySlot.get(endMs) ?? { endMs, intervals: [], calls: [] };
    bySlot.set(endMs, arrival);
    return arrival;
  };
  for (const interval of intervals) slotOf(interval).intervals.push(interval);
  for (const [name, calls] of Object.entries(dependencies ?? {}))
    for (const interval of calls) slotOf(interval).calls.push([name, interval]);
  return [...bySlot.values()].sort((a, b) => a.endMs - b.endMs);
}

/** Learns one service, recording by recording. Of each recording a few numbers are kept. */
import type { EvidencePolicy, Policy } from '../engine/policy.ts';
import { webService } from '../engine/presets.ts';
import { slotLength } from '../engine/slot-length.ts';
import type { Slot } from '../engine/slots.ts';
import type { ServiceNoiseLevel } from '../planning/service-noise-level.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import { armsOf, castOf, podCounts, slotsOf } from './arms-of-slots.ts';
import type { LearnedNoise, ServiceCalibration, SuggestedMargin } from './calibration.ts';
import { type Counter, ErrorCounter, LatencyCounter } from './counters.ts';
import { HealthyTrials } from './false-rollback-history.ts';
import type { DeploymentLabel } from './labels.ts';
import { errorMargin, latencyMargin } from './margin-advice.ts';
import { NaturalRatioSurvey } from './natural-ratios.ts';
import { NoiseSurvey } from './noise-survey.ts';
import { placeboOf, placeboPods } from './placebo.ts';
import type { Recording } from './recording.ts';
import { replayValid } from './replay-one.ts';
import { actedAtMs } from './score-sheet.ts';
import { TrafficSurvey } from './traffic-survey.ts';

/** The largest spread that a policy may assume. */
const LARGEST_SPREAD = 3;

/** Everything that is learned about one count. */
interface Survey {
  counter: Counter;
  noise: NoiseSurvey;
  good: NaturalRatioSurvey;
  placebo: NaturalRatioSurvey;
}

/** What was learned about one count, for a usual deployment. */
interface Learned {
  noise: LearnedNoise | null;
  /** Standard deviation of the lasting log ratio of its arms. */
  armSpread: number;
}

/** Learns one service. */
export class ServiceSurvey {
  readonly #service: string;
  readonly #policy: Policy;
  readonly #rules: EvidencePolicy;
  readonly #surveys: readonly Survey[];
  readonly #traffic = new TrafficSurvey();
  readonly #trials = new HealthyTrials();
  readonly #labels = { good: 0, bad: 0, unlabelled: 0 };
  #usable = 0;

  /** @param policy - one that has been checked. */
  constructor(service: string, policy: Policy) {
    this.#service = service;
    this.#policy = policy;
    // Fixed thresholds have no margins against noise; those of the usual criteria are suggested then.
    this.#rules = policy.kind === 'evidence' ? policy : webService();
    this.#surveys = countersOf(this.#rules).map((counter) => ({
      counter,
      noise: new NoiseSurvey(counter.noise),
      good: new NaturalRatioSurvey(counter.noise.common),
      placebo: new NaturalRatioSurvey(counter.noise.common),
    }));
  }

  /** Takes in a valid recording. Of one that is labelled bad nothing is learned. */
  add(recording: Recording, label: DeploymentLabel | null): void {
    this.#labels[label?.outcome ?? 'unlabelled'] += 1;
    if (label?.outcome === 'bad') return;
    const slotMs = this.#slotMs(recording);
    const slots = slotsOf(recording, slotMs);
    const stableSlots = slotsOf(placeboOf(recording, []), slotMs);
    const canaryPods = this.#traffic.learn(slots, stableSlots);
    if (canaryPods === null) return;
    this.#usable += 1;
    const players = placeboPods(recording, canaryPods);
    const judged = stableSlots.filter(({ startMs }) => startMs >= recording.deployedAtMs);
    const units = slotMs / 1000 / UNIT_SECONDS;
    for (const { counter, noise, good, placebo } of this.#surveys) {
      counter.prepare(stableSlots);
      const blocks = stableSlots.map(({ stable }) => podCounts(stable, counter));
      noise.learn(blocks, slotMs / 1000);
      if (label !== null) good.add(armsOf(this.#settled(slots), counter), units);
      if (players !== null) placebo.add(castOf(judged, counter, players), units);
    }
    this.#trials.add({
      deploymentId: recording.deploymentId,
      good: label === null ? null : this.#acts(recording),
      placebo: players === null ? null : this.#acts(placeboOf(recording, players)),
    });
  }

  /** What has been learned. */
  result(asked: number | null, confidence: number): ServiceCalibration {
    const learned = this.#surveys.map((survey) => this.#learned(survey));
    const first = (kind: string): Learned | null =>
      learned[this.#surveys.findIndex(({ counter: { criterion } }) => criterion.kind === kind)] ?? null;
    const errors = this.#traffic.errorRate > 0 ? first('error-rate') : null;
    const latency = first('latency');
    const { traffic } = this.#traffic;
    return {
      service: this.#service,
      deployments: this.#labels.good + this.#labels.bad + this.#labels.unlabelled,
      ...this.#labels,
      usable: this.#usable,
      traffic: traffic && { ...traffic, ...levelOf('noise', errors), ...levelOf('latencyNoise', latency) },
      errors: errors?.noise ?? null,
      latency: latency?.noise ?? null,
      suggested: {
        assumedPodSpread: errors?.noise ? Math.min(Math.ceil(errors.armSpread * 100) / 100, LARGEST_SPREAD) : null,
        margins: this.#surveys.map((survey, i) => this.#margin(survey, learned[i]!)),
      },
      falseRollbacks: this.#trials.history(asked, confidence),
    };
  }

  #learned({ counter, noise }: Survey): Learned {
    const { canary, stable } = this.#traffic.pods;
    const found = counter.counted === null ? null : noise.result(counter.counted, canary, stable);
    const assumed = this.#rules.assumedPodSpread * counter.noise.spreadFactor;
    return { noise: found, armSpread: found === null ? assumed : noise.armSpread(canary, stable) };
  }

  #margin({ counter, good, placebo }: Survey, { noise, armSpread }: Learned): SuggestedMargin {
    const squaredCv = noise?.squaredCv ?? 0;
    const natural = good.result('good', squaredCv, armSpread) ?? placebo.result('placebo', squaredCv, armSpread);
    const { name } = counter.criterion;
    return counter instanceof LatencyCounter
      ? latencyMargin(name, natural, counter)
      : errorMargin(name, natural, this.#traffic.errorRate);
  }

  /** What a canary showed after it had warmed up: what comes before is set aside by the judge. */
  #settled(slots: readonly Slot[]): readonly Slot[] {
    const originMs = slots.find(({ canary }) => canary.requests > 0)?.startMs ?? Infinity;
    return slots.filter(({ startMs }) => startMs >= originMs + this.#rules.warmUpSeconds * 1000);
  }

  /** Whether the policy acts; `null` where it never had enough to judge by, which is no success. */
  #acts(recording: Recording): boolean | null {
    const row = replayValid(this.#policy, recording, 'policy');
    const acted = actedAtMs(row) !== null;
    return acted || row.judged ? acted : null;
  }

  /** Blocks of the judge: 10 s, or the interval where that is longer. */
  #slotMs({ intervals, intervalMs }: Recording): number {
    return slotLength(intervals, Math.max(this.#rules.intervalSeconds, UNIT_SECONDS) * 1000, intervalMs);
  }
}

/** The criteria of a policy on errors and latency of the whole service. */
function countersOf({ criteria }: EvidencePolicy): Counter[] {
  return criteria.flatMap((criterion): Counter[] => {
    if (criterion.kind === 'latency') return [new LatencyCounter(criterion)];
    return criterion.kind === 'error-rate' && criterion.segments === null ? [new ErrorCounter(criterion)] : [];
  });
}

/** As plans take it; nothing where it is not known, so that the usual is assumed. */
function levelOf<K extends 'noise' | 'latencyNoise'>(
  key: K,
  learned: Learned | null,
): { [P in K]?: ServiceNoiseLevel } {
  if (!learned?.noise) return {};
  const { squaredCv, clipNats } = learned.noise;
  return { [key]: { squaredCv, spread: learned.armSpread, clipNats } } as { [P in K]: ServiceNoiseLevel };
}

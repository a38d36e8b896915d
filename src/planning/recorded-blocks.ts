/** A recording as blocks of wall time: what stable's pods and the canary's did in each. */
import type { DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { blockSeconds } from '../statistics/blocks.ts';
import { mergePods, type PodCounts } from '../statistics/pod-counts.ts';
import type { ArmBlock, Recorded } from './noise-learner.ts';

/** Counts what is bad in one interval; `null` = the interval says nothing of it. */
export type BadOf = (interval: TelemetryInterval) => { requests: number; bad: number } | null;

/** All intervals of the whole service, by block. */
export class RecordedBlocks {
  readonly #telemetry: DeploymentTelemetry;
  readonly #seconds: number;
  /** By the number of the block since the deployment. */
  readonly #blocks = new Map<number, TelemetryInterval[]>();

  constructor(telemetry: DeploymentTelemetry) {
    this.#telemetry = telemetry;
    this.#seconds = blockSeconds(telemetry.intervalMs / 1000);
    for (const interval of telemetry.intervals) {
      if (interval.segment !== undefined) continue;
      const index = Math.floor((interval.startMs - telemetry.deployedAtMs) / (this.#seconds * 1000) + 1e-9);
      const block = this.#blocks.get(index);
      if (block === undefined) this.#blocks.set(index, [interval]);
      else block.push(interval);
    }
  }

  /**
   * Requests of both arms, and the seconds in which anything was reported: while the canary runs, since what came before may
   * be a part of the traffic; of the whole recording where there is none.
   */
  get traffic(): { requests: number; seconds: number } {
    const all = [...this.#blocks].flatMap(([index, intervals]) => intervals.map((interval) => ({ index, interval })));
    const judged = all.filter(({ index }) => index >= 0);
    const hasCanary = judged.some(({ interval }) => interval.cohort === 'canary' && interval.requests > 0);
    const counted = (hasCanary ? judged : all).map(({ interval }) => interval);
    const starts = new Set(counted.map(({ startMs }) => startMs));
    return {
      requests: counted.reduce((sum, { requests }) => sum + requests, 0),
      seconds: (starts.size * this.#telemetry.intervalMs) / 1000,
    };
  }

  /** One count over the recording. */
  recorded(badOf: BadOf): Recorded {
    const indices = [...this.#blocks.keys()].sort((a, b) => a - b);
    const blocks = indices.map((index) => this.#sum(index, badOf, (cohort) => cohort !== 'canary'));
    const canary = indices.map((index) => this.#sum(index, badOf, (cohort) => cohort === 'canary'));
    return { blockSeconds: this.#seconds, blocks, canary, before: indices.filter((index) => index < 0).length };
  }

  #sum(index: number, badOf: BadOf, isWanted: (cohort: TelemetryInterval['cohort']) => boolean): ArmBlock {
    let pods: readonly PodCounts[] = [];
    let [requests, bad] = [0, 0];
    for (const interval of this.#blocks.get(index)!) {
      const counts = isWanted(interval.cohort) ? badOf(interval) : null;
      if (counts === null) continue;
      requests += counts.requests;
      bad += counts.bad;
      if (interval.pod !== undefined && counts.requests > 0) pods = mergePods(pods, [{ pod: interval.pod, ...counts }]);
    }
    return { pods, requests, bad };
  }
}

/** Absolute limits on the canary alone. They need no stable to compare with, and share the budget of false rollbacks. */
import { OptionCheck } from '../options.ts';
import { checkJson, completeOptions, type FromSchema, type JsonSchema } from './json-schema.ts';
import {
  crashLoopSchema,
  type DocumentSchema,
  panicErrorRateSchema,
  sloBurnRateSchema,
  unansweredShareSchema,
} from './policy-schema.ts';

/** Stops a canary whose error rate is above `max`. Made by {@link panicErrorRate}. */
export interface PanicErrorRate {
  kind: 'panic-error-rate';
  name: string;
  /** Share of failed requests, 0 to 1. */
  max: number;
  weight: number;
}

/** Stops a canary that uses up the error budget too fast. Made by {@link sloBurnRate}. */
export interface SloBurnRate {
  kind: 'slo-burn-rate';
  name: string;
  /** Share of requests that must succeed, such as 0.999. */
  objective: number;
  /** Times the error rate that the objective allows: the limit is `maxBurnRate * (1 - objective)`. */
  maxBurnRate: number;
  weight: number;
}

/** Stops a canary that leaves requests without an answer. Made by {@link unansweredShare}. */
export interface UnansweredShare {
  kind: 'unanswered-share';
  name: string;
  /** Share of requests without an answer, 0 to 1. */
  max: number;
  weight: number;
}

/** Stops a canary whose pods restart again and again. Made by {@link crashLoop}. */
export interface CrashLoop {
  kind: 'crash-loop';
  name: string;
  maxRestartsPerPodHour: number;
  weight: number;
}

/** One absolute limit on the canary. */
export type HardStop = PanicErrorRate | SloBurnRate | UnansweredShare | CrashLoop;

/** What all hard stops may be told. */
export interface HardStopOptions {
  /** Unique in its policy. @defaultValue the kind in words */
  name?: string;
  /** Share of the false-rollback budget, relative to the criteria. @defaultValue 0.05 */
  weight?: number;
}

const WEIGHT = 0.05;

/**
 * A hard stop on the canary's error rate.
 *
 * @param options.max - share of failed requests, between 0 and 1.
 * @throws RolloutGuardError `INVALID_POLICY` - numbers out of their bounds, unknown options.
 */
export function panicErrorRate(options: HardStopOptions & { max: number }): PanicErrorRate {
  return hardStop('panicErrorRate', panicErrorRateSchema, options);
}

/**
 * A hard stop on how fast the canary alone burns the error budget. The default of 14.4 uses up 2 % of a monthly budget in
 * an hour.
 *
 * @param options.objective - share of requests that must succeed, such as 0.999.
 * @param options.maxBurnRate - 14.4 unless given.
 * @throws RolloutGuardError `INVALID_POLICY` - numbers out of their bounds, unknown options, or a limit of 1 or more, which
 * no error rate exceeds.
 */
export function sloBurnRate(options: HardStopOptions & { objective: number; maxBurnRate?: number }): SloBurnRate {
  return hardStop('sloBurnRate', sloBurnRateSchema, options);
}

/**
 * A hard stop on requests to the canary that were never answered, as callers or proxies count them.
 *
 * @param options.max - share of the requests, 0.1 unless given.
 * @throws RolloutGuardError `INVALID_POLICY` - numbers out of their bounds, unknown options.
 */
export function unansweredShare(options: HardStopOptions & { max?: number } = {}): UnansweredShare {
  return hardStop('unansweredShare', unansweredShareSchema, options);
}

/**
 * A hard stop on restarts of the canary's pods.
 *
 * @param options.maxRestartsPerPodHour - 2 unless given.
 * @throws RolloutGuardError `INVALID_POLICY` - numbers out of their bounds, unknown options.
 */
export function crashLoop(options: HardStopOptions & { maxRestartsPerPodHour?: number } = {}): CrashLoop {
  return hardStop('crashLoop', crashLoopSchema, options);
}

/**
 * Refuses a hard stop that can never act.
 *
 * @param path - what stands before the names of its fields, such as `hardStops[0].`.
 * @throws RolloutGuardError with the code of `check`.
 */
export function checkHardStop(check: OptionCheck, path: string, stop: HardStop): void {
  if (stop.kind !== 'slo-burn-rate') return;
  const limit = stop.maxBurnRate * (1 - stop.objective);
  if (limit >= 1) {
    const mend = `No error rate is above maxBurnRate * (1 - objective), which is ${limit}: use a lower burn rate or a higher objective.`;
    check.fail(`${path}maxBurnRate`, stop.maxBurnRate, mend);
  }
}

function hardStop<P extends Readonly<Record<string, JsonSchema>>>(
  caller: string,
  schema: DocumentSchema<P>,
  options: HardStopOptions,
): FromSchema<DocumentSchema<P>> & HardStop {
  const check = new OptionCheck('INVALID_POLICY', caller);
  const stop = { weight: WEIGHT, ...completeOptions(check, schema, options) } as FromSchema<typeof schema> & HardStop;
  // The options were checked as far as they were given; now nothing may be missing.
  checkJson(schema, stop, '', check);
  checkHardStop(check, '', stop);
  return stop;
}

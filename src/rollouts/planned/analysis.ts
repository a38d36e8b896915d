/** The analysis of a planned canary: a template, and how the Rollout runs it. */
import { goDurationText } from '../../duration.ts';
import type { OptionCheck } from '../../options.ts';
import type { Fault } from '../../planning/fault.ts';
import { hashArgs } from '../analysis/args.ts';
import {
  type ErrorRateOptions,
  errorRateTemplate,
  type LatencyOptions,
  latencyTemplate,
} from '../analysis/ready/templates.ts';
import { type RolloutguardVerdictOptions, rolloutguardVerdict } from '../analysis/ready/verdict.ts';
import type { AnalysisTemplateBuilder } from '../analysis/template.ts';
import { object } from '../builders/options.ts';
import { rolloutAnalysis } from '../builders/rollout-analysis.ts';
import type { AnalysisTemplate } from '../types/analysis-template.ts';
import type { RolloutAnalysis, RolloutValueSource } from '../types/rollout-analysis.ts';
import type { MetricDuration } from '../types/values.ts';
import type { PlannedCanaryRow } from './row.ts';

/** What watches a planned canary. */
export type PlannedAnalysis = {
  /** Beside the steps from the first one on, or after each pause. @defaultValue 'background' */
  readonly where?: 'background' | 'steps';
  /** Name of the service, for the analysis' argument `service`. @defaultValue the name of the Rollout */
  readonly service?: string;
  /** Namespace of the template: that of the Rollout. */
  readonly namespace?: string;
} & (
  | {
      /** Asks a rolloutguard decision service: the judge that the times of the plan are those of. */
      readonly verdict: Omit<RolloutguardVerdictOptions, 'mode'>;
      readonly prometheus?: never;
    }
  | {
      /**
       * Asks Prometheus, and fails where the canary is that much worse than stable which the plan looks for. A threshold is
       * another judge: it finds faults at other times than planned, and is fooled by noise.
       */
      readonly prometheus?: Omit<ErrorRateOptions & LatencyOptions, 'count'>;
      readonly verdict?: never;
    }
);

/** A template, and how a Rollout runs it. */
export interface PlannedTemplate {
  readonly analysisTemplate: AnalysisTemplate;
  readonly where: 'background' | 'steps';
  readonly run: RolloutAnalysis;
}

const KEYS = ['where', 'service', 'namespace', 'verdict', 'prometheus'];

/** Least requests of the canary in the time that a query looks back, if a longer time has them. */
const ENOUGH = 200;
const USUAL_WINDOW_SECONDS = 120;
/** What is longer ago says little of now. */
const LONGEST_WINDOW_SECONDS = 900;

/** Makes the template. `rows` are the steps, `requestsPerSecond` is the traffic of the whole service. */
export function plannedTemplate(
  check: OptionCheck,
  analysis: PlannedAnalysis,
  fault: Fault,
  rows: readonly PlannedCanaryRow[],
  requestsPerSecond: number,
): PlannedTemplate {
  check.knownKeys('analysis', analysis, KEYS);
  const { verdict, prometheus, service, namespace } = analysis;
  const where = check.oneOf('analysis.where', analysis.where, 'background', ['background', 'steps']);
  if (verdict !== undefined && prometheus !== undefined) {
    check.fail('analysis', Object.keys(analysis), 'Give verdict or prometheus.');
  }
  if (prometheus !== undefined) object(check, 'analysis.prometheus', prometheus);
  if (service !== undefined) check.text('analysis.service', service);
  const made =
    verdict === undefined
      ? byQuery(fault, rows[0]!, requestsPerSecond, where, prometheus)
      : rolloutguardVerdict({ ...verdict, mode: where === 'background' ? 'guard' : 'gate' });
  const analysisTemplate = (namespace === undefined ? made : made.namespace(namespace)).object;
  const known = knownArgs(service);
  const args = (analysisTemplate.spec.args ?? []).flatMap(({ name, value, valueFrom }) =>
    value === undefined && valueFrom === undefined && Object.hasOwn(known, name) ? [[name, known[name]!] as const] : [],
  );
  const run = rolloutAnalysis(check, analysisTemplate, args.length === 0 ? {} : { args: Object.fromEntries(args) });
  return { analysisTemplate, where, run };
}

/** What a Rollout knows by itself; other arguments of a query are its author's to give. */
function knownArgs(service: string | undefined): Readonly<Record<string, string | RolloutValueSource>> {
  const field = (fieldPath: string): RolloutValueSource => ({ fieldRef: { fieldPath } });
  return { ...hashArgs, namespace: field('metadata.namespace'), service: service ?? field('metadata.name') };
}

function byQuery(
  fault: Fault,
  { percent, pauseSeconds }: PlannedCanaryRow,
  requestsPerSecond: number,
  where: 'background' | 'steps',
  options: Omit<ErrorRateOptions & LatencyOptions, 'count'> = {},
): AnalysisTemplateBuilder<AnalysisTemplate> {
  const perSecond = (requestsPerSecond * percent) / 100;
  // Long enough for some requests, yet not longer than the first step lasts.
  const most = Math.min(Math.max(pauseSeconds, 60), LONGEST_WINDOW_SECONDS);
  const seconds = Math.min(Math.max(Math.ceil(ENOUGH / perSecond), USUAL_WINDOW_SECONDS), most);
  const window = goDurationText(seconds) as MetricDuration;
  const minRequests = Math.min(Math.max(Math.floor((seconds * perSecond) / 2), 1), 100);
  const usual = {
    ...{ window, minRequests },
    // Before that nothing can have been counted.
    ...(where === 'background' ? { count: 'unlimited' as const, initialDelay: window } : {}),
  };
  return fault.kind === 'errors'
    ? errorRateTemplate({ ...usual, maxTimesStable: fault.ratio, ...options })
    : latencyTemplate({ ...usual, maxTimesStable: fault.slower, ...options });
}

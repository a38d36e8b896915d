/**
 * What a policy document may hold: the one source of every bound, and of every default that is a constant. The engine
 * checks policies with it, and the build publishes it as `policy.schema.json`. What fields must not say together stands
 * in `parse-policy.ts`.
 */
import type { JsonSchema } from './json-schema.ts';

/** An object that has all of these fields and no others. */
export interface DocumentSchema<P extends Fields> extends JsonSchema {
  readonly type: 'object';
  readonly properties: P;
}

type Fields = Readonly<Record<string, JsonSchema>>;

function documentOf<P extends Fields>(properties: P): DocumentSchema<P> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

// `x as typeof x`, here and below, because declarations (isolatedDeclarations) infer no type from a reference.
/** Names stand in sentences and in lines of logs, so nothing in them may break a line or turn the direction of writing. */
const oneLine = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$' as const;
const text = { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine } as const;
const importance = { enum: ['critical', 'normal', 'informational'], default: 'normal' } as const;
const weight = { type: 'number', minimum: 0 } as const;
const stopWeight = { type: 'number', exclusiveMinimum: 0 } as const;
const promoteWithin = { type: 'number', exclusiveMinimum: 1 } as const;

const errorRateFields = {
  kind: { const: 'error-rate' },
  name: { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine, default: 'error rate' },
  importance: importance as typeof importance,
  weight: weight as typeof weight,
  maxRelativeIncrease: { type: 'number', minimum: 0, maximum: 100, default: 0.25 },
  minAbsoluteIncrease: { type: 'number', minimum: 0, exclusiveMaximum: 1, default: 0.0005 },
  promoteWithin: promoteWithin as typeof promoteWithin,
  max: { type: ['number', 'null'], exclusiveMinimum: 0, exclusiveMaximum: 1, default: null },
  segments: { type: ['array', 'null'], items: text as typeof text, minItems: 1, uniqueItems: true, default: null },
} as const;

const latencyFields = {
  kind: { const: 'latency' },
  name: text as typeof text,
  importance: importance as typeof importance,
  weight: weight as typeof weight,
  quantile: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.99 },
  maxRelativeIncrease: { type: 'number', minimum: 0, maximum: 100, default: 0.1 },
  promoteWithin: promoteWithin as typeof promoteWithin,
  maxMs: { type: ['number', 'null'], exclusiveMinimum: 0, default: null },
} as const;

const businessMetricFields = {
  kind: { const: 'business-metric' },
  name: text as typeof text,
  measure: text as typeof text,
  importance: importance as typeof importance,
  weight: weight as typeof weight,
  better: { enum: ['higher', 'lower'] },
  maxRelativeChange: { type: 'number', minimum: 0, maximum: 100, default: 0.05 },
  promoteWithin: promoteWithin as typeof promoteWithin,
} as const;

const saturationFields = {
  kind: { const: 'saturation' },
  name: text as typeof text,
  measure: text as typeof text,
  importance: importance as typeof importance,
  weight: weight as typeof weight,
  compare: { enum: ['level', 'growth'] },
  maxRelativeIncrease: { type: 'number', minimum: 0, maximum: 100, default: 0.25 },
  promoteWithin: promoteWithin as typeof promoteWithin,
} as const;

const panicErrorRateFields = {
  kind: { const: 'panic-error-rate' },
  name: { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine, default: 'panic error rate' },
  max: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  weight: stopWeight as typeof stopWeight,
} as const;

const sloBurnRateFields = {
  kind: { const: 'slo-burn-rate' },
  name: { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine, default: 'SLO burn rate' },
  objective: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  maxBurnRate: { type: 'number', exclusiveMinimum: 0, default: 14.4 },
  weight: stopWeight as typeof stopWeight,
} as const;

const unansweredShareFields = {
  kind: { const: 'unanswered-share' },
  name: { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine, default: 'unanswered share' },
  max: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.1 },
  weight: stopWeight as typeof stopWeight,
} as const;

const crashLoopFields = {
  kind: { const: 'crash-loop' },
  name: { type: 'string', minLength: 1, pattern: oneLine as typeof oneLine, default: 'crash loop' },
  maxRestartsPerPodHour: { type: 'number', exclusiveMinimum: 0, default: 2 },
  weight: stopWeight as typeof stopWeight,
} as const;

/** A criterion on the error rate. */
export const errorRateSchema: DocumentSchema<typeof errorRateFields> = documentOf(errorRateFields);
/** A criterion on the latency. */
export const latencySchema: DocumentSchema<typeof latencyFields> = documentOf(latencyFields);
/** A criterion on a business figure. */
export const businessMetricSchema: DocumentSchema<typeof businessMetricFields> = documentOf(businessMetricFields);
/** A criterion on a resource that the pods use up. */
export const saturationSchema: DocumentSchema<typeof saturationFields> = documentOf(saturationFields);
/** A hard stop on the canary's error rate. */
export const panicErrorRateSchema: DocumentSchema<typeof panicErrorRateFields> = documentOf(panicErrorRateFields);
/** A hard stop on how fast the canary uses up the error budget. */
export const sloBurnRateSchema: DocumentSchema<typeof sloBurnRateFields> = documentOf(sloBurnRateFields);
/** A hard stop on requests that the canary never answers. */
export const unansweredShareSchema: DocumentSchema<typeof unansweredShareFields> = documentOf(unansweredShareFields);
/** A hard stop on restarts of the canary's pods. */
export const crashLoopSchema: DocumentSchema<typeof crashLoopFields> = documentOf(crashLoopFields);

const criterion = {
  oneOf: [
    errorRateSchema as typeof errorRateSchema,
    latencySchema as typeof latencySchema,
    businessMetricSchema as typeof businessMetricSchema,
    saturationSchema as typeof saturationSchema,
  ],
} as const;
const hardStop = {
  oneOf: [
    panicErrorRateSchema as typeof panicErrorRateSchema,
    sloBurnRateSchema as typeof sloBurnRateSchema,
    unansweredShareSchema as typeof unansweredShareSchema,
    crashLoopSchema as typeof crashLoopSchema,
  ],
} as const;
const automation = { enum: ['rollback', 'escalate'], default: 'rollback' } as const;
const notifyFields = {
  goodDeployments: { type: 'integer', minimum: 0, maximum: 10000, default: 5 },
  maxFalseRollbacks: { type: 'integer', minimum: 0, maximum: 10000, default: 3 },
} as const;
const notify: DocumentSchema<typeof notifyFields> = documentOf(notifyFields);
const holdFields = {
  goodDeployments: { type: 'integer', minimum: 0, maximum: 10000, default: 15 },
  maxFalseRollbacks: { type: 'integer', minimum: 0, maximum: 10000, default: 2 },
} as const;
const hold: DocumentSchema<typeof holdFields> = documentOf(holdFields);
const rollbackFields = {
  goodDeployments: { type: 'integer', minimum: 0, maximum: 10000, default: 30 },
  maxFalseRollbacks: { type: 'integer', minimum: 0, maximum: 10000, default: 1 },
} as const;
const rollback: DocumentSchema<typeof rollbackFields> = documentOf(rollbackFields);
const authority = {
  type: ['object', 'null'],
  properties: {
    notify: notify as typeof notify,
    hold: hold as typeof hold,
    rollback: rollback as typeof rollback,
    window: { type: 'integer', minimum: 1, maximum: 10000, default: 50 },
  },
  required: ['notify', 'hold', 'rollback', 'window'],
  additionalProperties: false,
  default: null,
} as const;
const onMissingFields = {
  noData: { enum: ['hold', 'continue'], default: 'hold' },
  noTraffic: { enum: ['hold', 'continue'], default: 'hold' },
  tooFewSamples: { enum: ['hold', 'continue'], default: 'continue' },
  sourceFailed: { enum: ['hold', 'continue'], default: 'hold' },
} as const;
const onMissing: DocumentSchema<typeof onMissingFields> = documentOf(onMissingFields);

const evidenceFields = {
  schemaVersion: { const: 1 },
  kind: { const: 'evidence' },
  falseRollbackRate: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.01 },
  intervalSeconds: { type: 'number', minimum: 1, maximum: 300, default: 10 },
  warmUpSeconds: { type: 'number', minimum: 0, maximum: 1e9, default: 60 },
  soakSeconds: { type: 'number', minimum: 0, maximum: 1e9, default: 180 },
  historySeconds: { type: 'number', minimum: 0, maximum: 1e9, default: 600 },
  deadlineSeconds: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 1e9, default: null },
  onInconclusive: { enum: ['hold', 'promote-if-bounded'], default: 'promote-if-bounded' },
  assumedPodSpread: { type: 'number', minimum: 0, maximum: 3, default: 0.16 },
  minimumSampleSize: { type: 'integer', minimum: 0, default: 0 },
  automation: automation as typeof automation,
  authority: authority as typeof authority,
  onMissing: onMissing as typeof onMissing,
  criteria: { type: 'array', items: criterion as typeof criterion, minItems: 1 },
  hardStops: { type: 'array', items: hardStop as typeof hardStop },
} as const;

const thresholdFields = {
  schemaVersion: { const: 1 },
  kind: { const: 'thresholds' },
  maxErrorRate: { type: 'number', minimum: 0, maximum: 1, default: 0.01 },
  maxRelativeErrorIncrease: { type: 'number', minimum: 0, default: 0.5 },
  minAbsoluteErrorIncrease: { type: 'number', minimum: 0, maximum: 1, default: 0.001 },
  maxP99LatencyMs: { type: 'number', minimum: 0, default: 500 },
  maxRelativeLatencyIncrease: { type: 'number', minimum: 0, default: 0.3 },
  minimumSampleSize: { type: 'integer', minimum: 0, default: 1000 },
  windowSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 1e9, default: 300 },
  automation: automation as typeof automation,
  authority: authority as typeof authority,
} as const;

/** A policy that judges by evidence. */
export const evidenceSchema: DocumentSchema<typeof evidenceFields> = documentOf(evidenceFields);
/** A policy of fixed thresholds. */
export const thresholdSchema: DocumentSchema<typeof thresholdFields> = documentOf(thresholdFields);

/** Lasting differences between pods that are assumed where pods are not told apart: a standard deviation of logs. */
export const ASSUMED_POD_SPREAD: number = evidenceFields.assumedPodSpread.default;

/** The JSON Schema (draft 2020-12) of every policy document. It is also in the package, as `rolloutguard/policy.schema.json`. */
export const policySchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Policy of rolloutguard',
  description: 'Fields, units and defaults: docs/policy.md of rolloutguard.',
  oneOf: [evidenceSchema, thresholdSchema],
};

import { describe, expectTypeOf, test } from 'vitest';
import type { FromSchema } from '../src/engine/json-schema.ts';
import type { evidenceSchema, thresholdSchema } from '../src/engine/policy-schema.ts';
import {
  type AbortResult,
  type AggregateTelemetry,
  type Decision,
  type DeploymentTelemetry,
  decide,
  definePolicy,
  type EvidencePolicy,
  errorRate,
  type LatencyHistogram,
  type MetricsClient,
  type Policy,
  panicErrorRate,
  parsePolicy,
  RollbackDecisionEngine,
  type RollbackResult,
  sloBurnRate,
  type ThresholdPolicy,
  thresholdPolicy,
  type Verdict,
} from '../src/index.ts';
import type { TelemetryHandle } from '../src/telemetry/index.ts';

// Checked by the compiler (`npm run typecheck`): what a user's editor accepts and refuses.
describe('types', () => {
  test('a decision can be told apart by its verdict, exhaustively', () => {
    expectTypeOf<Decision['verdict']>().toEqualTypeOf<'rollback' | 'escalate' | 'hold' | 'continue' | 'promote'>();
    const words: Record<Verdict, string> = { rollback: '', escalate: '', hold: '', continue: '', promote: '' };
    expectTypeOf(words).toHaveProperty('hold');
  });

  test('only a superseded abort names the active deployment', () => {
    expectTypeOf<Extract<AbortResult, { status: 'superseded' }>>().toHaveProperty('activeDeploymentId');
    expectTypeOf<keyof Exclude<AbortResult, { status: 'superseded' }>>().toEqualTypeOf<'status'>();
  });

  test('decide takes any policy and any telemetry', () => {
    expectTypeOf(decide).parameter(0).toEqualTypeOf<Policy>();
    expectTypeOf(decide).parameter(1).toEqualTypeOf<DeploymentTelemetry | AggregateTelemetry>();
    expectTypeOf(definePolicy({ criteria: [errorRate()] })).toExtend<Policy>();
    expectTypeOf(thresholdPolicy()).toExtend<Policy>();
  });

  test('the schema of policies accepts what the types say, field by field', () => {
    expectTypeOf<FromSchema<typeof evidenceSchema>>().toEqualTypeOf<EvidencePolicy>();
    expectTypeOf<FromSchema<typeof thresholdSchema>>().toEqualTypeOf<ThresholdPolicy>();
    expectTypeOf(parsePolicy).returns.toEqualTypeOf<Policy>();
  });

  test('a histogram is told apart by its type', () => {
    expectTypeOf<Extract<LatencyHistogram, { type: 'explicit' }>>().toHaveProperty('upperBounds');
    expectTypeOf<Extract<LatencyHistogram, { type: 'exponential' }>>().toHaveProperty('scale');
  });

  test('misspelt and misplaced options are refused', () => {
    // @ts-expect-error TS2561: maxRelativIncrease is no option
    const misspelt = (): unknown => errorRate({ maxRelativIncrease: 0.1 });
    // @ts-expect-error TS2322: a policy needs criteria
    const empty = (): unknown => definePolicy({ criteria: undefined });
    // @ts-expect-error TS2345: there is no such thing as a limit by default
    const limitless = (): unknown => panicErrorRate({});
    // @ts-expect-error TS2345: a burn rate needs an objective
    const aimless = (): unknown => sloBurnRate({ maxBurnRate: 2 });
    // @ts-expect-error TS2345: an engine needs clients
    const clientless = (): unknown => new RollbackDecisionEngine({ policy: thresholdPolicy() });
    expectTypeOf([misspelt, empty, limitless, aimless, clientless]).toBeArray();
  });

  test('a metrics client is a shape: any object with these two members', () => {
    const own = { name: 'own', getTelemetry: async (): Promise<DeploymentTelemetry> => ({}) as DeploymentTelemetry };
    expectTypeOf(own).toExtend<MetricsClient>();
  });

  test('results of the engine and of the bootstrap', () => {
    expectTypeOf<RollbackDecisionEngine['evaluateDeployment']>().returns.resolves.toEqualTypeOf<Decision>();
    expectTypeOf<RollbackDecisionEngine['executeRollback']>().returns.resolves.toEqualTypeOf<RollbackResult>();
    expectTypeOf<TelemetryHandle['cohort']['current']>().toEqualTypeOf<'canary' | 'stable' | 'baseline' | null>();
  });
});

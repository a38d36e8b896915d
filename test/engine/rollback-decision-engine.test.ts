import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { type EngineOptions, RollbackDecisionEngine } from '../../src/engine/rollback-decision-engine.ts';
import { isRolloutGuardError } from '../../src/errors.ts';
import type { PastDeployment } from '../../src/ports/decision.ts';
import type { DeploymentRecord } from '../../src/ports/deployment-record.ts';
import {
  inMemoryEventSink,
  inMemoryMetrics,
  inMemoryRecord,
  inMemoryRollouts,
  manualClock,
} from '../../src/ports/in-memory.ts';
import type { MetricsClient, TelemetryQuery } from '../../src/ports/metrics-client.ts';
import type { RolloutClient } from '../../src/ports/rollout-client.ts';
import { DEPLOYED_AT_MS, repeat, telemetryOf } from '../helpers/telemetry.ts';

const HEALTHY = telemetryOf(
  repeat(12, [
    [100, 1],
    [1900, 19],
  ] as const),
  repeat(30, [1000, 10] as const),
);
const BROKEN = telemetryOf(
  repeat(12, [
    [100, 40],
    [1900, 19],
  ] as const),
  repeat(30, [1000, 10] as const),
);
const ACTIVE = {
  activeDeploymentId: 'deploy-42',
  phase: 'progressing',
  canaryShare: 0.05,
  startedAtMs: DEPLOYED_AT_MS,
  stepStartedAtMs: DEPLOYED_AT_MS,
} as const;

function setUp(more: Partial<EngineOptions> = {}) {
  const clock = manualClock(HEALTHY.completeUntilMs);
  const rollouts = inMemoryRollouts({ checkout: ACTIVE });
  const events = inMemoryEventSink();
  const options = {
    policy: definePolicy({ criteria: [errorRate()] }),
    metrics: inMemoryMetrics(HEALTHY),
    rollouts,
    events,
    clock,
    ...more,
  };
  return { clock, rollouts, events, engine: new RollbackDecisionEngine(options) };
}

const hangs = (): Promise<never> => new Promise(() => {});
const metricsThat = (getTelemetry: () => Promise<unknown>): MetricsClient => ({
  name: 'flaky metrics',
  getTelemetry: getTelemetry as MetricsClient['getTelemetry'],
});

describe('evaluateDeployment', () => {
  it('decides by what the ports say', async () => {
    expect(await setUp().engine.evaluateDeployment('checkout', 'deploy-42')).toMatchObject({
      verdict: 'continue',
      service: 'checkout',
      deploymentId: 'deploy-42',
    });
    const { engine } = setUp({ metrics: inMemoryMetrics(BROKEN) });
    expect(await engine.evaluateDeployment('checkout', 'deploy-42')).toMatchObject({
      verdict: 'rollback',
      shouldRollback: true,
    });
  });

  it('asks for the history of the policy, and lets the rollout system say when the deployment began', async () => {
    const queries: TelemetryQuery[] = [];
    const metrics = inMemoryMetrics((query) => {
      queries.push(query);
      return { ...HEALTHY, deployedAtMs: 0 };
    });
    const { engine } = setUp({ metrics });
    const decision = await engine.evaluateDeployment('checkout', 'deploy-42');
    expect(queries).toEqual([
      {
        service: 'checkout',
        deploymentId: 'deploy-42',
        fromMs: DEPLOYED_AT_MS - 600_000,
        toMs: HEALTHY.completeUntilMs,
        intervalMs: 10_000,
        // For clients that know neither, and for recordings.
        deployedAtMs: DEPLOYED_AT_MS,
        routed: { atMs: DEPLOYED_AT_MS, canaryShare: 0.05 },
      },
    ]);
    expect(decision.evidence[0]?.canary.requests).toBe(1200);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('connection refused')), 'CLIENT_FAILED', 'connection refused'],
    [
      'throws before it returns',
      () => {
        throw new Error('not a promise');
      },
      'CLIENT_FAILED',
      'not a promise',
    ],
    ['returns nothing', async () => undefined, 'INVALID_TELEMETRY', 'telemetry object'],
    ['returns another schema', async () => ({ ...HEALTHY, schemaVersion: 7 }), 'INVALID_TELEMETRY', 'schemaVersion'],
    [
      'answers about another service',
      async () => ({ ...BROKEN, service: 'search' }),
      'CLIENT_NONSENSE',
      'another deployment, search deploy-42',
    ],
    [
      'answers about another deployment',
      async () => ({ ...BROKEN, deploymentId: 'deploy-41' }),
      'CLIENT_NONSENSE',
      'another deployment, checkout deploy-41',
    ],
    ['leaves out the weights', async () => ({ ...HEALTHY, weights: undefined }), 'INVALID_TELEMETRY', 'weights'],
    [
      'returns what cannot be read',
      async () => ({
        ...HEALTHY,
        get service(): string {
          throw new Error('connection closed while reading');
        },
      }),
      'CLIENT_FAILED',
      'connection closed while reading',
    ],
    [
      'returns NaN',
      async () => ({ ...HEALTHY, intervals: [{ ...HEALTHY.intervals[0], errors: Number.NaN }] }),
      'INVALID_TELEMETRY',
      'intervals[0].errors',
    ],
    [
      'counts more errors than requests',
      async () => ({ ...HEALTHY, intervals: [{ ...HEALTHY.intervals[0], errors: 1e6 }] }),
      'INVALID_TELEMETRY',
      'more errors than requests',
    ],
    [
      'repeats an interval',
      async () => ({ ...HEALTHY, intervals: [HEALTHY.intervals[0], HEALTHY.intervals[0]] }),
      'INVALID_TELEMETRY',
      'overlaps',
    ],
  ])('holds when the metrics client %s, and names the failure', async (_, getTelemetry, code, message) => {
    const { engine, rollouts } = setUp({ metrics: metricsThat(getTelemetry) });
    const decision = await engine.evaluateDeployment('checkout', 'deploy-42');
    expect(decision).toMatchObject({
      verdict: 'hold',
      shouldRollback: false,
      mayAdvance: false,
      trigger: 'source',
      problems: [{ source: 'flaky metrics', code }],
    });
    expect(decision.problems[0]?.message).toContain(message);
    expect(decision.evidence).toMatchObject([{ name: 'error rate', status: 'source-failed', logE: 0, effect: null }]);
    expect(decision.nextCheckAtMs).toBe(HEALTHY.completeUntilMs + 10_000);
    expect(
      (await rollouts.getStatus({ service: 'checkout', deploymentId: 'x' }, { signal: new AbortController().signal }))
        .phase,
    ).toBe('progressing');
  });

  it('counts from when the rollout system says, though the metrics client thinks that the deployment is younger', async () => {
    const metrics = inMemoryMetrics({ ...HEALTHY, deployedAtMs: HEALTHY.completeUntilMs });
    const decision = await setUp({ metrics }).engine.evaluateDeployment('checkout', 'deploy-42');
    expect(decision.evidence[0]?.canary.requests).toBe(1200);
  });

  const SILENT = telemetryOf(
    repeat(12, [
      [0, 0],
      [1900, 19],
    ] as const),
    repeat(30, [1000, 10] as const),
  );

  it('takes the share that the rollout system sees for what is routed, where the metrics client knows no weights', async () => {
    const { engine, rollouts } = setUp({ metrics: inMemoryMetrics({ ...SILENT, weights: [] }) });
    const ask = async () => (await engine.evaluateDeployment('checkout', 'deploy-42')).evidence[0]?.status;
    expect(await ask()).toBe('no-traffic');
    // Nothing can have arrived before the step began.
    rollouts.setStatus('checkout', { stepStartedAtMs: HEALTHY.completeUntilMs });
    expect(await ask()).toBe('no-data');
  });

  it('believes the weights of the metrics client where it has some', async () => {
    const weights = [{ atMs: DEPLOYED_AT_MS, canaryShare: 0 }];
    const { engine } = setUp({ metrics: inMemoryMetrics({ ...SILENT, weights }) });
    const { evidence } = await engine.evaluateDeployment('checkout', 'deploy-42');
    expect(evidence[0]?.status).toBe('no-data');
  });

  it('holds when a client hangs and ignores its signal', async () => {
    const { engine, clock } = setUp({ metrics: metricsThat(hangs), callTimeoutMs: 3000 });
    const pending = engine.evaluateDeployment('checkout', 'deploy-42');
    await clock.advance(3000);
    expect(await pending).toMatchObject({
      verdict: 'hold',
      problems: [{ source: 'flaky metrics', code: 'CLIENT_TIMEOUT' }],
    });
  });

  it.each([
    ['throws', async () => Promise.reject(new Error('forbidden')), 'CLIENT_FAILED'],
    ['returns nonsense', async () => ({ ...ACTIVE, canaryShare: 17 }), 'CLIENT_NONSENSE'],
    ['returns nothing', async () => null, 'CLIENT_NONSENSE'],
  ])('holds when the rollout client %s', async (_, getStatus, code) => {
    const rollouts = {
      ...inMemoryRollouts(),
      name: 'flaky rollouts',
      getStatus: getStatus as RolloutClient['getStatus'],
    };
    const decision = await setUp({ rollouts }).engine.evaluateDeployment('checkout', 'deploy-42');
    expect(decision).toMatchObject({ verdict: 'hold', problems: [{ source: 'flaky rollouts', code }] });
  });

  it('holds when another deployment has taken over', async () => {
    const { engine, rollouts } = setUp();
    rollouts.setStatus('checkout', { activeDeploymentId: 'deploy-43' });
    const decision = await engine.evaluateDeployment('checkout', 'deploy-42');
    expect(decision).toMatchObject({ verdict: 'hold', problems: [{ code: 'SUPERSEDED' }] });
    expect(decision.reason).toContain('deploy-43');
  });

  it('keeps secrets of a client out of the decision', async () => {
    const message = 'GET https://user:hunter2@prom/api failed: authorization Bearer abc.def-123456, token=s3cr3tvalue';
    const { engine } = setUp({ metrics: metricsThat(() => Promise.reject(new Error(message))) });
    const text = JSON.stringify(await engine.evaluateDeployment('checkout', 'deploy-42'));
    for (const secret of ['hunter2', 'abc.def-123456', 's3cr3tvalue']) expect(text).not.toContain(secret);
    expect(text).toContain('//[redacted]@prom/api failed');
  });

  it('holds when the rollout client hangs', async () => {
    const { engine, clock, rollouts } = setUp({ callTimeoutMs: 3000 });
    rollouts.getStatus = hangs;
    const pending = engine.evaluateDeployment('checkout', 'deploy-42');
    await clock.advance(3000);
    expect(await pending).toMatchObject({
      verdict: 'hold',
      problems: [{ source: 'in-memory rollouts', code: 'CLIENT_TIMEOUT' }],
    });
  });

  it('gives up when its caller does', async () => {
    const controller = new AbortController();
    const { engine } = setUp({ metrics: metricsThat(hangs) });
    const pending = engine.evaluateDeployment('checkout', 'deploy-42', { signal: controller.signal });
    controller.abort(new Error('shutting down'));
    await expect(pending).rejects.toSatisfy((error) => isRolloutGuardError(error, 'ABORTED'));
  });
});

describe('the record of a service', () => {
  const policy = definePolicy({ criteria: [errorRate()], authority: {} });
  const metrics = inMemoryMetrics(BROKEN);
  const past = (count: number): PastDeployment[] =>
    repeat(count, 0).map((_, i) => ({ deploymentId: `d${i}`, endedAtMs: i, verdict: 'continue', outcome: 'good' }));
  const recordThat = (getPastDeployments: () => Promise<unknown>): DeploymentRecord => ({
    name: 'flaky record',
    getPastDeployments: getPastDeployments as DeploymentRecord['getPastDeployments'],
  });

  it('says what the engine may do for this service, and not for another', async () => {
    const record = inMemoryRecord({ checkout: past(29), cart: past(40) });
    const { engine } = setUp({ policy, metrics, record });
    expect(await engine.evaluateDeployment('checkout', 'deploy-42')).toMatchObject({
      verdict: 'escalate',
      shouldRollback: false,
      authority: { level: 'hold', verdict: 'rollback', good: 29 },
    });
    record.add('checkout', { deploymentId: 'last', endedAtMs: 99, verdict: 'promote', outcome: 'good' });
    expect(await engine.evaluateDeployment('checkout', 'deploy-42')).toMatchObject({
      verdict: 'rollback',
      shouldRollback: true,
      authority: { level: 'rollback' },
    });
  });

  it('holds for a failed source as well', async () => {
    const broken = metricsThat(() => Promise.reject(new Error('connection refused')));
    const decided = async (count: number): Promise<unknown> =>
      (
        await setUp({
          policy,
          metrics: broken,
          record: inMemoryRecord({ checkout: past(count) }),
        }).engine.evaluateDeployment('checkout', 'deploy-42')
      ).verdict;
    expect([await decided(5), await decided(15)]).toEqual(['continue', 'hold']);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no route')), 'CLIENT_FAILED', 'no route'],
    ['answers nonsense', async () => [{ deploymentId: 'd' }], 'CLIENT_NONSENSE', 'past[0].endedAtMs'],
    ['answers nothing', async () => undefined, 'CLIENT_NONSENSE', 'Use a list'],
  ])('that %s gives no authority, and is a problem', async (_, get, code, words) => {
    const { engine } = setUp({ policy, metrics, record: recordThat(get) });
    const decision = await engine.evaluateDeployment('checkout', 'deploy-42');
    expect(decision).toMatchObject({ verdict: 'continue', shouldRollback: false, authority: { level: 'shadow' } });
    expect(decision.problems).toEqual([
      { source: 'flaky record', code, message: expect.stringContaining(words), atMs: HEALTHY.completeUntilMs },
    ]);
  });

  it('that hangs is waited for no longer than any client', async () => {
    const { engine, clock } = setUp({ policy, metrics, record: recordThat(hangs), callTimeoutMs: 500 });
    const deciding = engine.evaluateDeployment('checkout', 'deploy-42');
    await clock.advance(500);
    expect(await deciding).toMatchObject({ authority: { level: 'shadow' }, problems: [{ code: 'CLIENT_TIMEOUT' }] });
  });

  it('is not waited for once the caller has given up', async () => {
    const controller = new AbortController();
    const { engine } = setUp({ policy, metrics, record: recordThat(hangs) });
    const deciding = engine.evaluateDeployment('checkout', 'deploy-42', { signal: controller.signal });
    controller.abort();
    await expect(deciding).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('is needed by a policy with rules, and never asked by one without', async () => {
    expect(() => setUp({ policy })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path: 'record' }));
    const { engine } = setUp({ metrics, record: recordThat(() => Promise.reject(new Error('asked'))) });
    expect(await engine.evaluateDeployment('checkout', 'deploy-42')).toMatchObject({
      verdict: 'rollback',
      problems: [],
    });
  });

  it('does not stop a rollback that the caller wants', async () => {
    const { engine, rollouts } = setUp({ policy, metrics, record: inMemoryRecord() });
    await engine.executeRollback('checkout', 'deploy-42');
    expect(
      await rollouts.getStatus({ service: 'checkout', deploymentId: 'x' }, { signal: new AbortController().signal }),
    ).toMatchObject({ phase: 'aborted' });
  });
});

describe('executeRollback', () => {
  it('aborts, sees the traffic gone, and emits one event', async () => {
    const { engine, events, rollouts } = setUp();
    const result = await engine.executeRollback('checkout', 'deploy-42');
    expect(result).toEqual({ abort: { status: 'aborted' }, trafficRestored: true, eventEmitted: true });
    expect(events.events).toMatchObject([
      { id: 'deployment.rollback/checkout/deploy-42', type: 'deployment.rollback', severity: 'high' },
    ]);
    expect(
      await rollouts.getStatus({ service: 'checkout', deploymentId: '' }, { signal: new AbortController().signal }),
    ).toMatchObject({ phase: 'aborted', canaryShare: 0 });
  });

  it('emits one event however often it is called', async () => {
    const { engine, events } = setUp();
    await Promise.all([
      engine.executeRollback('checkout', 'deploy-42'),
      engine.executeRollback('checkout', 'deploy-42'),
    ]);
    expect(await engine.executeRollback('checkout', 'deploy-42')).toMatchObject({
      abort: { status: 'already-aborted' },
      trafficRestored: true,
    });
    expect(events.events).toHaveLength(1);
  });

  it('finishes a rollback that was interrupted between abort and event', async () => {
    const { engine, events, rollouts } = setUp();
    const controller = new AbortController();
    const abort = rollouts.abort.bind(rollouts);
    rollouts.abort = async (ref, options) => {
      const result = await abort(ref, options);
      controller.abort(new Error('killed'));
      return result;
    };
    await expect(engine.executeRollback('checkout', 'deploy-42', { signal: controller.signal })).rejects.toThrow(
      /aborted/,
    );
    expect(events.events).toHaveLength(0);
    expect(await engine.executeRollback('checkout', 'deploy-42')).toMatchObject({
      abort: { status: 'already-aborted' },
      trafficRestored: true,
      eventEmitted: true,
    });
    expect(events.events.map(({ id }) => id)).toEqual(['deployment.rollback/checkout/deploy-42']);
  });

  it('leaves a newer deployment alone', async () => {
    const { engine, events, rollouts } = setUp();
    rollouts.setStatus('checkout', { activeDeploymentId: 'deploy-43' });
    rollouts.abort = async () => expect.unreachable('nothing may be aborted');
    const result = await engine.executeRollback('checkout', 'deploy-42');
    expect(result).toEqual({
      abort: { status: 'superseded', activeDeploymentId: 'deploy-43' },
      trafficRestored: false,
      eventEmitted: false,
    });
    expect(events.events).toHaveLength(0);
  });

  it('waits until the observed share is 0', async () => {
    const { engine, clock, rollouts } = setUp();
    const abort = rollouts.abort.bind(rollouts);
    rollouts.abort = async (ref, options) => {
      const result = await abort(ref, options);
      rollouts.setStatus('checkout', { canaryShare: 0.05 });
      return result;
    };
    let done = false;
    const pending = engine.executeRollback('checkout', 'deploy-42').finally(() => {
      done = true;
    });
    await clock.advance(10_000);
    expect(done).toBe(false);
    rollouts.setStatus('checkout', { canaryShare: 0 });
    await clock.advance(1000);
    expect(await pending).toMatchObject({ trafficRestored: true });
  });

  it('reports traffic that does not go away within the deadline', async () => {
    const { engine, clock, rollouts, events } = setUp({ restoreTimeoutMs: 5000 });
    rollouts.abort = async () => ({ status: 'aborted' });
    const pending = engine.executeRollback('checkout', 'deploy-42');
    await clock.advance(6000);
    expect(await pending).toEqual({ abort: { status: 'aborted' }, trafficRestored: false, eventEmitted: true });
    expect(events.events).toMatchObject([
      { type: 'deployment.rollback_failed', id: 'deployment.rollback_failed/checkout/deploy-42' },
    ]);
  });

  const staysRouted = (more: Partial<EngineOptions>) => {
    const parts = setUp(more);
    parts.rollouts.abort = async () => ({ status: 'aborted' });
    let looks = 0;
    const getStatus = parts.rollouts.getStatus.bind(parts.rollouts);
    parts.rollouts.getStatus = (ref, options) => {
      looks += 1;
      return getStatus(ref, options);
    };
    return { ...parts, looks: () => looks };
  };

  it('looks at the traffic once a second while it waits, not in a busy loop', async () => {
    const { engine, clock, looks } = staysRouted({ restoreTimeoutMs: 5000 });
    const pending = engine.executeRollback('checkout', 'deploy-42');
    await clock.advance(0);
    // Once before the abort, once after it.
    expect(looks()).toBe(2);
    await clock.advance(3000);
    expect(looks()).toBe(5);
    await clock.advance(2000);
    expect((await pending).trafficRestored).toBe(false);
    expect(looks()).toBe(7);
  });

  it('gives up looking at the traffic when its clock cannot sleep, instead of asking without a pause', async () => {
    const { engine, clock, looks } = staysRouted({});
    clock.sleep = async () => Promise.reject(new Error('no timers here'));
    expect((await engine.executeRollback('checkout', 'deploy-42')).trafficRestored).toBe(false);
    expect(looks()).toBe(2);
  });

  it('stops waiting for the traffic as soon as its caller gives up', async () => {
    const { engine, clock, looks, events } = staysRouted({});
    const controller = new AbortController();
    const outcome = engine
      .executeRollback('checkout', 'deploy-42', { signal: controller.signal })
      .catch((error: unknown) => error);
    await clock.advance(1500);
    const seen = looks();
    controller.abort(new Error('shutting down'));
    // No time passes: the pause itself ends.
    expect(isRolloutGuardError(await outcome, 'ABORTED')).toBe(true);
    expect(looks()).toBe(seen);
    expect(events.events).toHaveLength(0);
  });

  it('tells the incident channel when the abort itself fails, and throws', async () => {
    const { engine, events, rollouts } = setUp();
    rollouts.abort = async () => Promise.reject(new Error('forbidden'));
    await expect(engine.executeRollback('checkout', 'deploy-42')).rejects.toSatisfy((error) =>
      isRolloutGuardError(error, 'ROLLBACK_FAILED'),
    );
    expect(events.events).toMatchObject([
      { type: 'deployment.rollback_failed', reason: expect.stringContaining('forbidden') },
    ]);
  });

  it.each([
    ['hangs', hangs, 'did not answer within 3000 ms'],
    ['returns nothing', async () => undefined, 'did not say what became of the abort'],
    ['returns nonsense', async () => ({ status: 'perhaps' }), 'did not say what became of the abort'],
  ])('says that it failed when the abort %s', async (_, abort, message) => {
    const { engine, clock, events, rollouts } = setUp({ callTimeoutMs: 3000 });
    rollouts.abort = abort as RolloutClient['abort'];
    const failure = engine.executeRollback('checkout', 'deploy-42').catch((error: unknown) => error);
    await clock.advance(3000);
    expect(isRolloutGuardError(await failure, 'ROLLBACK_FAILED')).toBe(true);
    expect(events.events).toMatchObject([
      { type: 'deployment.rollback_failed', reason: expect.stringContaining(message) },
    ]);
  });

  it('rolls back even if nobody can be told', async () => {
    const { engine } = setUp({ events: { name: 'broken', emit: async () => Promise.reject(new Error('500')) } });
    expect(await engine.executeRollback('checkout', 'deploy-42')).toEqual({
      abort: { status: 'aborted' },
      trafficRestored: true,
      eventEmitted: false,
    });
  });

  it('cannot confuse two deployments whose names hold a slash', async () => {
    const one = setUp();
    one.rollouts.setStatus('a/b', { ...ACTIVE, activeDeploymentId: 'c' });
    one.rollouts.setStatus('a', { ...ACTIVE, activeDeploymentId: 'b/c' });
    await one.engine.executeRollback('a/b', 'c');
    await one.engine.executeRollback('a', 'b/c');
    expect(one.events.events).toHaveLength(2);
  });
});

describe('construction', () => {
  it('refuses what is no policy, and says what is wrong with one', () => {
    const policy = { ...definePolicy({ criteria: [errorRate()] }), soakSeconds: -1 };
    expect(() => setUp({ policy: null as never })).toThrow(expect.objectContaining({ code: 'INVALID_POLICY' }));
    expect(() => setUp({ policy })).toThrow(expect.objectContaining({ code: 'INVALID_POLICY', path: 'soakSeconds' }));
  });

  it.each([
    ['metrics', { metrics: {} }],
    ['rollouts', { rollouts: null }],
    ['callTimeoutMs', { callTimeoutMs: 0 }],
    ['restoreTimeoutMs', { restoreTimeoutMs: Number.NaN }],
    ['automation', { automation: 'maybe' }],
  ])('refuses a bad %s', (path, more) => {
    expect(() => setUp(more as Partial<EngineOptions>)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DeploymentEvents, startDeploymentEvents } from '../../../src/telemetry/events/deployment-events.ts';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { type RunningPipelines, runPipelines } from '../pipelines/pipelines.ts';

interface Told {
  readonly name: string | undefined;
  readonly severity: unknown;
  readonly timeMs: number;
  readonly attributes: Record<string, unknown>;
}

interface Service extends RunningPipelines {
  readonly events: DeploymentEvents;
  readonly told: Told[];
}

/** A service whose events stay in the process. */
function service(options: DeploymentTelemetryOptions = {}): Service {
  const told: Told[] = [];
  const keep = {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own record, of which options know only the shape.
    onEmit({ eventName, severityNumber, severityText, hrTime, attributes }: any): void {
      const timeMs = hrTime[0] * 1000 + hrTime[1] / 1e6;
      told.push({ name: eventName, severity: [severityNumber, severityText], timeMs, attributes: { ...attributes } });
    },
    forceFlush: async (): Promise<void> => {},
    shutdown: async (): Promise<void> => {},
  };
  const env = {
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    ...options.env,
  };
  const pipelines = runPipelines({
    serviceName: 'shop',
    serviceVersion: '2.1.0',
    deploymentId: 'deploy-7',
    strategy: 'canary',
    cohort: 'canary',
    logRecordProcessors: [keep],
    ...options,
    env,
  });
  onTestFinished(() => pipelines[Symbol.asyncDispose]());
  return Object.assign(pipelines, { events: startDeploymentEvents(pipelines.context), told });
}

const IDENTITY = {
  'rolloutguard.deployment.service': 'shop',
  'deployment.id': 'deploy-7',
  'service.version': '2.1.0',
  'rolloutguard.strategy': 'canary',
  'rolloutguard.cohort': 'canary',
};

describe('by itself', () => {
  test('a process tells that it started, with the time at which its deployment began where that is known', () => {
    const { told } = service({ env: { DEPLOYMENT_TIMESTAMP: '2026-11-20T10:00:00Z' } });
    expect(told).toEqual([
      {
        name: 'rolloutguard.deployment.started',
        severity: [9, 'INFO'],
        timeMs: expect.any(Number),
        attributes: { ...IDENTITY, 'rolloutguard.deployment.timestamp': '2026-11-20T10:00:00.000Z' },
      },
    ]);
  });

  test('it tells each change of its cohort, and a promotion as such', async () => {
    const { told, context } = service({ cohort: 'baseline' });
    await context.cohort.set('canary');
    await context.cohort.set('stable');
    await context.cohort.set('stable');
    const change = (from: string, to: string): object => ({
      'rolloutguard.previous_cohort': from,
      'rolloutguard.cohort': to,
    });
    expect(told.slice(1).map(({ name, attributes }) => [name, attributes])).toEqual([
      ['rolloutguard.cohort.changed', expect.objectContaining(change('baseline', 'canary'))],
      ['rolloutguard.cohort.changed', expect.objectContaining(change('canary', 'stable'))],
      ['rolloutguard.deployment.promoted', expect.objectContaining({ ...IDENTITY, ...change('canary', 'stable') })],
    ]);
  });

  test.each<DeploymentTelemetryOptions>([
    { deploymentEvents: false },
    { env: { ROLLOUTGUARD_DEPLOYMENT_EVENTS: 'false' } },
    { deploymentEvents: false, env: { ROLLOUTGUARD_DEPLOYMENT_EVENTS: 'true' } },
  ])('not when told not to, by %j; the app still may', async (options) => {
    const { told, context, events } = service(options);
    await context.cohort.set('stable');
    expect(told).toEqual([]);
    events.emitDeploymentEvent('promoted');
    expect(told).toHaveLength(1);
  });

  test('with logs off it complains only when events were asked for', () => {
    const off = { logRecordProcessors: [] };
    expect(service(off).problems.map(({ code }) => code)).not.toContain('EVENT_LOST');
    expect(service({ ...off, deploymentEvents: true }).problems.map(({ code }) => code)).toContain('EVENT_LOST');
  });
});

describe('an app tells', () => {
  test('what happened, why and when: also before the process was there', () => {
    const { told, events } = service();
    events.emitDeploymentEvent('rolled_back', {
      reason: 'errors',
      timestampMs: 86_400_000,
      attributes: { 'ticket.id': 7 },
    });
    expect(told[1]).toEqual({
      name: 'rolloutguard.deployment.rolled_back',
      severity: [13, 'WARN'],
      timeMs: 86_400_000,
      attributes: { ...IDENTITY, 'rolloutguard.event.reason': 'errors', 'ticket.id': 7 },
    });
  });

  test('but not under a wrong identity, nor with a secret', () => {
    const { told, events } = service();
    events.emitDeploymentEvent('started', { reason: 'token=abcdef', attributes: { 'deployment.id': 'other' } });
    expect(told[1]?.attributes).toEqual({ ...IDENTITY, 'rolloutguard.event.reason': 'token=[redacted]' });
  });

  test.each<[type: unknown, details: unknown]>([
    ['exploded', undefined],
    ['constructor', undefined],
    [undefined, undefined],
    ['started', 'because'],
    ['started', null],
    ['started', { reason: 7 }],
    ['started', { timestampMs: Number.NaN }],
    ['started', { timestampMs: 1e300 }],
    ['started', { attributes: [Symbol.iterator] }],
    ['started', { attributes: { a: Number.NaN } }],
    ['started', { attributes: { a: { b: 1 } } }],
    ['started', { attributes: { '': 1 } }],
    ['started', { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`k${index}`, 1])) }],
  ])('what cannot be sent (%j, %j) is said once and never thrown', (type, details) => {
    const { problems, events } = service();
    for (let call = 0; call < 3; call++) events.emitDeploymentEvent(type as 'started', details as object);
    expect(problems.filter(({ code }) => code === 'BAD_EVENT')).toHaveLength(1);
  });

  test('what throws when it is looked at is left out: the event is told, and the app goes on', () => {
    const { told, problems, events } = service({ deploymentEvents: false });
    const thrower = (): never => {
      throw new Error('mine');
    };
    events.emitDeploymentEvent('started', Object.defineProperty({}, 'reason', { get: thrower }));
    events.emitDeploymentEvent('started', { attributes: new Proxy({}, { ownKeys: thrower }) });
    events.emitDeploymentEvent({ toString: thrower } as unknown as 'started');
    expect(told.map(({ attributes }) => attributes)).toEqual([IDENTITY, IDENTITY]);
    expect(problems.filter(({ code }) => code === 'BAD_EVENT')).toHaveLength(2);
  });

  test('whatever the details are, the event is told and what is sent is bounded', () => {
    const { told, events } = service({ deploymentEvents: false });
    const value = fc.anything({ withBigInt: true, withSparseArray: true, withNullPrototype: true });
    const details = fc.record(
      { reason: value, timestampMs: value, attributes: fc.dictionary(fc.string(), value) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(value, details), (given) => {
        told.length = 0;
        events.emitDeploymentEvent('started', given as object);
        expect(told).toHaveLength(1);
        const sent = Object.entries(told[0]?.attributes ?? {});
        expect(sent.length).toBeLessThanOrEqual(32 + 8);
        for (const [, text] of sent) expect(String(text).length).toBeLessThanOrEqual(1024);
      }),
    );
  });

  test('a long reason is cut, and half a character is not sent', () => {
    const { told, events } = service();
    events.emitDeploymentEvent('started', { reason: `${'a'.repeat(1023)}\u{1f600}` });
    expect(told[1]?.attributes['rolloutguard.event.reason']).toBe(`${'a'.repeat(1023)}\ufffd`);
  });

  test('after the shutdown nobody hears it, which is said once', async () => {
    const { context, problems, events } = service();
    await context.lifecycle.shutdown();
    events.emitDeploymentEvent('promoted');
    events.emitDeploymentEvent('promoted');
    expect(problems.filter(({ code }) => code === 'EVENT_LOST')).toHaveLength(1);
  });

  test('a processor that throws does not reach the app', () => {
    const broken = {
      onEmit: (): void => {
        throw new Error('broken');
      },
      forceFlush: async (): Promise<void> => {},
      shutdown: async (): Promise<void> => {},
    };
    const { problems, events } = service({ logRecordProcessors: [broken] });
    events.emitDeploymentEvent('promoted');
    // The net below it has caught it, so the event has not been lost for the others.
    expect(problems.map(({ code }) => code)).toEqual(['COMPONENT_FAILED']);
  });
});

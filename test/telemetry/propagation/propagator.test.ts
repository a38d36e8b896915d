import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCohort, type LiveCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import type { Environment } from '../../../src/telemetry/environment.ts';
import type { DeploymentTelemetryOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import type { CallerPropagation } from '../../../src/telemetry/propagation/contract.ts';
import { createCallerPropagation } from '../../../src/telemetry/propagation/propagation.ts';

interface Service {
  readonly caller: CallerPropagation;
  readonly propagator: TextMapPropagator;
  readonly cohort: LiveCohort;
  readonly problems: TelemetryProblem[];
  /** The headers that a request to `host` goes out with. */
  call(host: string, context?: Context, headers?: Record<string, unknown>): Record<string, unknown>;
}

/** A propagator that is given counts as the app's own; without one it is the standard one of OTEL_PROPAGATORS. */
function service(options: DeploymentTelemetryOptions = {}, env: Environment = {}, inner?: TextMapPropagator): Service {
  const problems: TelemetryProblem[] = [];
  const plan = makePlan({ serviceName: 'shop', deploymentId: 'deploy-7', env, ...options });
  const cohort = createCohort({ initial: 'canary' });
  const reader = envReader(env);
  const report = (problem: TelemetryProblem): void => void problems.push(problem);
  const caller = createCallerPropagation({ plan, env: reader, cohort, peers: loadPeers(), report });
  const propagator = caller.around(inner ?? new W3CBaggagePropagator(), inner !== undefined);
  problems.push(...reader.problems);
  return {
    caller,
    propagator,
    cohort,
    problems,
    call(hostname, context = ROOT_CONTEXT, headers = {}): Record<string, unknown> {
      caller.hooks.onHttpRequest({ hostname, headers });
      propagator.inject(context, headers, defaultTextMapSetter);
      return headers;
    },
  };
}

const CLAIM = {
  'rolloutguard.caller.service': 'edge',
  'rolloutguard.caller.deployment.id': 'deploy-6',
  'rolloutguard.caller.cohort': 'stable',
};

const CLAIM_HEADER = Object.entries(CLAIM)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');

function received({ propagator }: Service, baggage: string | undefined, context: Context = ROOT_CONTEXT): Context {
  return propagator.extract(context, baggage === undefined ? {} : { baggage }, defaultTextMapGetter);
}

function written(sign: string, way: string | undefined): string {
  const code = `%${sign.charCodeAt(0).toString(16)}`;
  if (way === 'upper') return code.toUpperCase();
  return way === 'lower' ? code : sign;
}

/** Attributes of a span and of a log record that are made in this context. */
function stamps({ caller }: Service, context: Context, kind: SpanKind): { span: unknown; log: unknown } {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [...caller.spanProcessors, new SimpleSpanProcessor({ exporter })];
  new TracerProvider({ spanProcessors }).getTracer('test').startSpan('request', { kind }, context).end();
  const logs: unknown[] = [];
  const collect = {
    onEmit: ({ attributes }: { attributes: unknown }): void => void logs.push(attributes),
    forceFlush: async (): Promise<void> => {},
    shutdown: async (): Promise<void> => {},
  };
  new LoggerProvider({ processors: [...caller.logRecordProcessors, collect] }).getLogger('test').emit({ context });
  return { span: exporter.getFinishedSpans()[0]?.attributes, log: logs[0] };
}

describe('a service that is called', () => {
  test.each([
    [SpanKind.SERVER, CLAIM],
    [SpanKind.CONSUMER, CLAIM],
    [SpanKind.CLIENT, {}],
    [SpanKind.INTERNAL, {}],
    [SpanKind.PRODUCER, {}],
  ])(
    'stamps what its caller says of itself on the span that serves the call (kind %d), and on log records',
    (kind, span) => {
      const shop = service();
      expect(stamps(shop, received(shop, `a=1,${CLAIM_HEADER}`), kind)).toEqual({ span, log: CLAIM });
    },
  );

  test('takes it out of the baggage, which is left to the app', () => {
    const shop = service();
    const entries = propagation.getBaggage(received(shop, `a=1,${CLAIM_HEADER},deployment.id=b`))?.getAllEntries();
    expect(entries?.map(([key, { value }]) => [key, value])).toEqual([
      ['a', '1'],
      ['deployment.id', 'b'],
    ]);
    expect(propagation.getBaggage(received(shop, CLAIM_HEADER))).toBeUndefined();
  });

  test('takes it out whatever way it is written, and changes nothing else', () => {
    const ours = fc
      .tuple(
        fc.constantFrom('', ' ', '\t'),
        fc.constantFrom(...Object.keys(CLAIM), 'rolloutguard.caller.', 'rolloutguard.caller.new'),
        // Any character of a name may be percent-encoded, in either case.
        fc.oneof(
          fc.constant([]),
          fc.array(fc.constantFrom('plain', 'upper', 'lower'), { minLength: 40, maxLength: 40 }),
        ),
        fc.constantFrom('=x', ' = x', '=x;p=1', '=%zz', '=', ';=x', ''),
      )
      .map(
        ([blank, name, ways, end]) => `${blank}${[...name].map((sign, at) => written(sign, ways[at])).join('')}${end}`,
      );
    const others = fc.constantFrom(
      'a=1',
      ' b = 2 ',
      'c=3;p',
      'RolloutGuard.Caller.Service=x',
      '%zz=1',
      '',
      '=',
      'a=%2C',
    );
    const header = fc.array(fc.oneof(ours, others), { maxLength: 8 }).map((entries) => entries.join(','));
    const shop = service();
    fc.assert(
      fc.property(fc.oneof(header, fc.array(header, { maxLength: 3 })), (baggage) => {
        const extract = (propagator: TextMapPropagator): [string, string, string][] => {
          const context = propagator.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter);
          const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
          return entries.map(([key, { value, metadata }]) => [key, value, String(metadata)]);
        };
        const left = extract(new W3CBaggagePropagator()).filter(([key]) => !key.startsWith('rolloutguard.caller.'));
        expect(extract(shop.propagator)).toEqual(left);
      }),
    );
  });

  test('takes it out where a propagator of the app read it in a header that nobody else knows', () => {
    const own: TextMapPropagator = {
      inject: () => {},
      extract: (context, carrier, getter) =>
        new W3CBaggagePropagator().extract(context, { baggage: getter.get(carrier, 'x-app') }, defaultTextMapGetter),
      fields: () => ['x-app'],
    };
    const shop = service({}, {}, own);
    const context = shop.propagator.extract(ROOT_CONTEXT, { 'x-app': `a=1,${CLAIM_HEADER}` }, defaultTextMapGetter);
    expect(stamps(shop, context, SpanKind.SERVER).span).toEqual(CLAIM);
    expect(
      propagation
        .getBaggage(context)
        ?.getAllEntries()
        .map(([key]) => key),
    ).toEqual(['a']);
  });

  test('a message that comes in while a request is served has a caller of its own, or none', () => {
    const shop = service();
    const request = received(shop, CLAIM_HEADER);
    const message = received(shop, undefined, request);
    expect(stamps(shop, message, SpanKind.CONSUMER)).toEqual({ span: {}, log: {} });
    const other = received(shop, 'rolloutguard.caller.service=queue', request);
    expect(stamps(shop, other, SpanKind.CONSUMER).span).toEqual({ 'rolloutguard.caller.service': 'queue' });
  });

  test.each<[DeploymentTelemetryOptions, Environment]>([
    [{ acceptCaller: false }, {}],
    [{}, { ROLLOUTGUARD_ACCEPT_CALLER: 'false' }],
    [{ acceptCaller: false }, { ROLLOUTGUARD_ACCEPT_CALLER: 'true' }],
  ])('does not believe callers when told so, by %j and %j, and still passes nothing on', (options, env) => {
    const shop = service(options, env);
    const context = received(shop, CLAIM_HEADER);
    expect(stamps(shop, context, SpanKind.SERVER)).toEqual({ span: {}, log: {} });
    expect(shop.call('payments', context)).toEqual({});
  });
});

describe('a service that calls', () => {
  test('tells the cohort of the moment', async () => {
    const shop = service({ propagateTo: ['payments'] });
    expect(shop.call('payments')['baggage']).toContain('rolloutguard.caller.cohort=canary');
    await shop.cohort.set('stable');
    expect(shop.call('payments')['baggage']).toContain('rolloutguard.caller.cohort=stable');
  });

  test('tells nobody by default, not even that it has callers of its own', () => {
    const shop = service();
    expect(shop.call('payments', received(shop, `a=1,${CLAIM_HEADER}`))).toEqual({ baggage: 'a=1' });
    expect(shop.problems).toEqual([]);
  });

  test('headers that the app set itself keep their names, and what is in them', () => {
    const shop = service({ propagateTo: ['payments'] });
    expect(shop.call('payments', ROOT_CONTEXT, { Baggage: `a=1 ;p,${CLAIM_HEADER}` })).toEqual({
      Baggage: expect.stringMatching(/^a=1 ;p,rolloutguard\.caller\.service=shop,/),
    });
    expect(shop.call('evil', ROOT_CONTEXT, { baggage: ['a=1', CLAIM_HEADER] })).toEqual({ baggage: 'a=1' });
    expect(shop.call('evil', ROOT_CONTEXT, { BAGGAGE: CLAIM_HEADER, baggage: CLAIM_HEADER, a: '1' })).toEqual({
      a: '1',
    });
    expect(shop.call('evil', ROOT_CONTEXT, { baggage: '' })).toEqual({ baggage: '' });
  });

  test('baggage that the app made in code under our names goes nowhere', () => {
    const shop = service();
    const entry = { value: 'x' };
    const context = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage({ 'rolloutguard.caller.service': entry, a: entry }),
    );
    expect(shop.call('payments', context)).toEqual({ baggage: 'a=x' });
  });

  test('an injection that is not of the request at hand gets nothing, and leaves it its own', () => {
    const shop = service({ propagateTo: ['payments'] });
    const headers = {};
    shop.caller.hooks.onHttpRequest({ hostname: 'payments', headers });
    const message = {};
    shop.propagator.inject(ROOT_CONTEXT, message, defaultTextMapSetter);
    expect(message).toEqual({});
    shop.propagator.inject(ROOT_CONTEXT, headers, defaultTextMapSetter);
    expect(headers).toHaveProperty('baggage');
    const again = {};
    shop.propagator.inject(ROOT_CONTEXT, again, defaultTextMapSetter);
    expect(again).toEqual({});
  });

  test('headers that cannot be written do not stop the request; it is said once', () => {
    const shop = service({ propagateTo: ['payments'] });
    for (let call = 0; call < 3; call++) shop.call('payments', ROOT_CONTEXT, Object.freeze({}));
    expect(shop.problems.map(({ code }) => code)).toEqual(['PROPAGATION_OFF']);
  });
});

test('a propagator of the app that throws ends neither the requests that come in nor those that go out', () => {
  const fail = (): never => {
    throw new Error('broken');
  };
  const shop = service({ propagateTo: ['payments'] }, {}, { inject: fail, extract: fail, fields: () => ['baggage'] });
  expect(shop.call('payments')).toEqual({});
  expect(received(shop, 'a=1')).toBe(ROOT_CONTEXT);
  expect(shop.problems.map(({ code }) => code)).toEqual(['PROPAGATION_OFF']);
});

describe('what cannot work is reported', () => {
  test('propagators without baggage', () => {
    const shop = service({ propagateTo: ['payments'] }, {}, new W3CTraceContextPropagator());
    expect(shop.problems.map(({ message }) => message)).toEqual([
      'propagateTo has no effect: OTEL_PROPAGATORS names no baggage.',
    ]);
    expect(shop.call('payments')).toEqual({});
    expect(service({}, {}, new W3CTraceContextPropagator()).problems).toEqual([]);
  });

  test('a host in the environment that says too much; the others are used', () => {
    const shop = service({}, { ROLLOUTGUARD_PROPAGATE_TO: 'payments,*,https://u:secret@stock' });
    expect(shop.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^ROLLOUTGUARD_PROPAGATE_TO, host 2, is not understood and not used: expected it to name/),
      expect.stringMatching(/^ROLLOUTGUARD_PROPAGATE_TO, host 3, [^@]*$/),
    ]);
    expect(JSON.stringify(shop.problems)).not.toContain('secret');
    expect(shop.call('payments')).toHaveProperty('baggage');
    expect(shop.call('stock')).toEqual({});
  });
});

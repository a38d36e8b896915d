import { context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { isRolloutGuardError, RolloutGuardError } from '../../src/errors.ts';
import { currentTelemetry, reportToCurrent, type TelemetryHandle } from '../../src/telemetry/handle.ts';
import type { DeploymentTelemetryOptions } from '../../src/telemetry/options/options.ts';
import { packageLoader } from '../../src/telemetry/packages/install.ts';
import { preload } from '../../src/telemetry/preload.ts';
import { startDeploymentTelemetry } from '../../src/telemetry/start.ts';

/** Disabled, so that nothing is registered in the process of the tests. */
const disabled = { OTEL_SDK_DISABLED: 'true' };

function errorOf(options: unknown): unknown {
  try {
    return startDeploymentTelemetry(options as DeploymentTelemetryOptions);
  } catch (error) {
    return error;
  }
}

describe('options are checked before anything is loaded', () => {
  const loadPackage = (): unknown => {
    throw new Error('must not be loaded');
  };

  test.each<[unknown, string]>([
    [{ deploymentID: 'deploy-7' }, 'deploymentID'],
    [{ serviceName: ' ' }, 'serviceName'],
    [{ cohort: 'green' }, 'cohort'],
    [{ shutdownDeadlineMs: 0 }, 'shutdownDeadlineMs'],
    [{ shutdownDeadlineMs: 2 ** 31 }, 'shutdownDeadlineMs'],
    [{ exitHandlers: 'no' }, 'exitHandlers'],
    [{ attributes: { load: Number.NaN } }, 'attributes["load"]'],
    [{ export: { endpoint: 'localhost:4318' } }, 'export.endpoint'],
    [{ export: { protocol: 'http' } }, 'export.protocol'],
    [{ export: { interval: 5 } }, 'export.interval'],
    [{ export: { headers: { authorization: 7 } } }, 'export.headers["authorization"]'],
    [{ spanProcessors: [{}] }, 'spanProcessors[0]'],
    [{ logRecordProcessors: {} }, 'logRecordProcessors'],
    [{ instrumentations: [null] }, 'instrumentations[0]'],
    [{ env: 'production' }, 'env'],
    [{ propagateTo: ['payments', '*'] }, 'propagateTo[1]'],
    [{ propagateTo: 'payments' }, 'propagateTo'],
    [{ acceptCaller: 'no' }, 'acceptCaller'],
    ['canary', 'options'],
    [null, 'options'],
  ])('%j: %s', (options, path) => {
    const given = typeof options === 'object' && options !== null ? { loadPackage, ...options } : options;
    const error = errorOf(given);
    expect(isRolloutGuardError(error, 'INVALID_OPTION')).toBe(true);
    expect((error as RolloutGuardError).path).toBe(path);
  });

  test('a header is never shown: it may be a token', () => {
    const options = { export: { headers: { authorization: ['secret'] } } };
    const error = errorOf(options);
    expect(String(error)).not.toContain('secret');
  });
});

test('while telemetry is there a second start gives it back and says so; an idle one may be started anew', async () => {
  const first = startDeploymentTelemetry({ env: disabled, deploymentId: 'deploy-7', cohort: 'canary' });
  expect(currentTelemetry()).toBe(first);
  expect(first.problems).toEqual([]);
  expect(startDeploymentTelemetry({ deploymentId: 'deploy-8' })).toBe(first);
  expect(first.problems.map(({ code }) => code)).toEqual(['ALREADY_STARTED']);
  expect(first.attributes['deployment.id']).toBe('deploy-7');
  expect(first.identity.id).toEqual({ value: 'deploy-7', source: 'options' });
  await first.shutdown();
  expect(currentTelemetry()).toBeUndefined();
  const second = startDeploymentTelemetry({ env: disabled, deploymentId: 'deploy-8' });
  expect(second.attributes['deployment.id']).toBe('deploy-8');
  // Who still holds the first one does not end the second.
  await first.shutdown();
  expect(currentTelemetry()).toBe(second);
  await second.shutdown();
});

test('a start that fails half-way leaves nothing behind', () => {
  const real = packageLoader();
  const asked: string[] = [];
  const loadPackage = (name: string): unknown => {
    asked.push(name);
    if (name === '@opentelemetry/instrumentation-http') throw new Error('gone');
    return real(name);
  };
  const events = ['SIGTERM', 'SIGINT', 'beforeExit', 'uncaughtExceptionMonitor'];
  const listeners = (): number[] => events.map((event) => process.listenerCount(event));
  const before = listeners();
  const ended: string[] = [];
  const processor = {
    onStart: (): void => {},
    onEnd: (): void => {},
    forceFlush: async (): Promise<void> => {},
    shutdown: async (): Promise<void> => void ended.push('processor'),
  };
  const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  const options = { env, loadPackage, spanProcessors: [processor] };
  expect(() => startDeploymentTelemetry(options)).toThrow(
    expect.toSatisfy((error) => isRolloutGuardError(error, 'MISSING_PEER')),
  );
  expect(asked).toContain('@opentelemetry/sdk-trace');
  expect(listeners()).toEqual(before);
  expect(ended).toEqual(['processor']);
  expect(currentTelemetry()).toBeUndefined();
  expect(trace.getTracer('app').startSpan('request').isRecording()).toBe(false);
  const key = createContextKey('left');
  expect(context.with(ROOT_CONTEXT.setValue(key, 1), () => context.active().getValue(key))).toBeUndefined();
  expect(propagation.fields()).toEqual([]);
});

test('what goes wrong again and again does not fill the memory: each problem once, and not without end', async () => {
  const first = startDeploymentTelemetry({ env: disabled, deploymentId: 'deploy-7', cohort: 'canary' });
  for (let call = 0; call < 50; call++) startDeploymentTelemetry();
  expect(first.problems).toHaveLength(1);
  for (let call = 0; call < 500; call++) reportToCurrent({ code: 'BAD_EVENT', message: `event ${call}` });
  expect(first.problems).toHaveLength(200);
  await first.shutdown();
});

describe('preload', () => {
  function started(handle: Partial<TelemetryHandle>): TelemetryHandle {
    return { enabled: true, conflicts: [], problems: [], ...handle } as TelemetryHandle;
  }

  function run(start: () => TelemetryHandle, mainThread = true, env: Record<string, string> = {}): string[] {
    const lines: string[] = [];
    preload({ write: (line) => lines.push(line), mainThread, env, start });
    return lines;
  }

  test('whatever goes wrong, it does not throw and writes one line', () => {
    const lines = run(() => {
      throw new RolloutGuardError('MISSING_PEER', 'two\n  lines');
    });
    expect(lines).toEqual(['rolloutguard: telemetry is off, the app runs without it: two lines.\n']);
    expect(
      run(() => {
        throw 'a string';
      }),
    ).toHaveLength(1);
  });

  test('in a worker it does nothing', () => {
    const lines = run(() => {
      throw new Error('must not be called');
    }, false);
    expect(lines).toEqual([]);
  });

  test('conflicts and problems are written, a line each; nothing when telemetry is disabled', () => {
    const conflict = {
      attribute: 'service.version',
      used: { source: 'options', value: '2' },
      ignored: [
        { source: 'A', value: '1' },
        { source: 'B', value: '3' },
      ],
    };
    const problem = { code: 'BAD_SETTING', message: 'X is not understood.' } as const;
    const handle = { conflicts: [conflict], problems: [problem] };
    expect(run(() => started(handle))).toEqual([
      'rolloutguard: service.version is "2" from options, but A says "1", B says "3".\n',
      'rolloutguard: X is not understood.\n',
    ]);
    expect(run(() => started({ ...handle, enabled: false }))).toEqual([]);
    expect(run(() => started({}))).toEqual([]);
  });
});

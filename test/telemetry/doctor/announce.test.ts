import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { announce, announceFailure } from '../../../src/telemetry/doctor/announce.ts';
import { jsonLine } from '../../../src/telemetry/doctor/json-line.ts';
import { LOG_LEVELS, type LogLevel, logLevelOf } from '../../../src/telemetry/doctor/log-level.ts';
import { MAX_PREAMBLE_LENGTH, preamble } from '../../../src/telemetry/doctor/preamble.ts';
import type { RunningTelemetry } from '../../../src/telemetry/doctor/started.ts';
import { occupy, type TelemetryHandle } from '../../../src/telemetry/handle.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import { formsIn, plantedEnvironment } from './secrets.ts';

function insideOf(env: Record<string, string>): RunningTelemetry {
  return {
    plan: makePlan({ env }),
    started: { instrumentations: ['@opentelemetry/instrumentation-http'] },
    onStop: () => {},
    quietly: (work) => work(),
  };
}

function running(env: Record<string, string>): TelemetryHandle {
  const inside = insideOf(env);
  const { known: identity, conflicts } = inside.plan.identity;
  const handle = { enabled: true, identity, conflicts, problems: inside.plan.problems } as unknown as TelemetryHandle;
  onTestFinished(occupy({ handle, report: () => {}, inside }));
  return handle;
}

function said(env: Record<string, string>, level: LogLevel): string[] {
  const lines: string[] = [];
  announce(
    running(env),
    level,
    (line) => lines.push(line),
    () => {},
  );
  return lines;
}

const ENV = {
  ROLLOUTGUARD_DEPLOYMENT_ID: 'd-7',
  ROLLOUTGUARD_COHORT: 'canary',
  OTEL_SERVICE_NAME: 'shop',
  OTEL_BSP_SCHEDULE_DELAY: 'soon',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret@collector:4318?key=secret',
};

describe('levels', () => {
  test('each says what the one before it says, too', () => {
    const counts = LOG_LEVELS.map((level) => said(ENV, level).length);
    expect(counts).toEqual([0, 0, 1, 2, 2]);
  });

  test('what makes telemetry get lost is said at error', () => {
    const handle = { ...running({}), problems: [{ code: 'PROVIDER_TAKEN', message: 'taken' }] } as TelemetryHandle;
    const lines: string[] = [];
    announce(handle, 'error', (line) => lines.push(line));
    announceFailure(new Error('no peers'), 'error', (line) => lines.push(line));
    expect(lines).toEqual([
      'rolloutguard: taken\n',
      'rolloutguard: telemetry is off, the app runs without it: no peers\n',
    ]);
  });

  test('none is silent, also when telemetry is off', () => {
    announceFailure(new Error('no peers'), 'none', () => expect.fail('said something'));
  });

  test('sources that contradict each other about a key of the app are named, without the values', () => {
    const conflict = (attribute: string): unknown => ({
      attribute,
      used: { source: 'options', value: 'one' },
      ignored: [{ source: 'OTEL_RESOURCE_ATTRIBUTES', value: 'two' }],
    });
    const conflicts = [conflict('team'), conflict('vendor.api_key')];
    const lines: string[] = [];
    announce({ ...running({}), conflicts, problems: [] } as unknown as TelemetryHandle, 'warn', (line) =>
      lines.push(line),
    );
    expect(lines).toEqual([
      'rolloutguard: team is "one" from options, but OTEL_RESOURCE_ATTRIBUTES says "two".\n',
      'rolloutguard: vendor.api_key is [redacted] from options, but OTEL_RESOURCE_ATTRIBUTES says [redacted].\n',
    ]);
  });

  test.each([
    ['Info', 'info'],
    [' debug ', 'debug'],
    ['loud', undefined],
    ['', undefined],
  ])('ROLLOUTGUARD_LOG_LEVEL=%j is %s', (value, level) => {
    expect(logLevelOf({ ROLLOUTGUARD_LOG_LEVEL: value })).toBe(level);
  });

  test('a writer that fails, or a handle that is broken, does not throw', () => {
    const broken = (): never => {
      throw new Error('EPIPE');
    };
    expect(() => announce(running(ENV), 'debug', broken, broken)).not.toThrow();
    expect(() => announceFailure({ toString: broken }, 'warn', broken)).not.toThrow();
    expect(() => announce({ enabled: true } as TelemetryHandle, 'debug', () => {})).not.toThrow();
  });
});

describe('the preamble', () => {
  test('is one line of JSON that says what is in effect, without a credential', () => {
    const [line = ''] = said(ENV, 'info');
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({
      event: 'rolloutguard.telemetry.started',
      node: process.version,
      packages: { '@opentelemetry/api': '1.10.0', '@opentelemetry/sdk-trace': '3.0.0' },
      identity: { id: { value: 'd-7', source: 'ROLLOUTGUARD_DEPLOYMENT_ID' }, service: { value: 'shop' } },
      problems: ['BAD_SETTING'],
      instrumentations: ['@opentelemetry/instrumentation-http'],
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318' },
    });
    expect(line).not.toContain('secret');
  });

  test('stays short, on one line and valid, whatever the environment holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'OTEL_SERVICE_NAME',
            'OTEL_RESOURCE_ATTRIBUTES',
            'ROLLOUTGUARD_DEPLOYMENT_ID',
            'OTEL_X',
            'POD_NAME',
          ),
          fc.string({ unit: 'binary', maxLength: 100 }).map((text) => text.repeat(50)),
        ),
        fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 200 }),
        (env, names) => {
          const inside = insideOf(env);
          inside.started.instrumentations.push(...names);
          const { known: identity, conflicts } = inside.plan.identity;
          const line = preamble({
            ...{ identity, conflicts, inside, problems: [], places: true },
            ...{ time: new Date(0), nodeVersion: 'v24', pid: 1 },
          });
          expect(line.length).toBeLessThanOrEqual(MAX_PREAMBLE_LENGTH + 1);
          expect(JSON.parse(line)).toMatchObject({ node: 'v24' });
          expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('no planted secret is said at any level', () => {
    fc.assert(
      fc.property(plantedEnvironment, fc.constantFrom(...LOG_LEVELS), ({ secret, env }, level) => {
        expect(formsIn(said(env, level).join(''), secret)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

test('a line that would be too long loses fields in their order, and says so', () => {
  const value = { keep: 1, first: 'x'.repeat(50), second: 'y'.repeat(50) };
  expect(JSON.parse(jsonLine(value, 200, ['first', 'second']))).toEqual(value);
  expect(JSON.parse(jsonLine(value, 100, ['first', 'second']))).toEqual({
    keep: 1,
    second: 'y'.repeat(50),
    truncated: true,
  });
  expect(JSON.parse(jsonLine(value, 40, ['absent', 'first', 'second']))).toEqual({ keep: 1, truncated: true });
});

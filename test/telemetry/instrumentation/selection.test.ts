import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/telemetry/instrumentation/catalogue.ts';
import {
  OFF_BY_DEFAULT,
  type SelectionInput,
  selectInstrumentations,
} from '../../../src/telemetry/instrumentation/selection.ts';
import { startDeploymentTelemetry } from '../../../src/telemetry/start.ts';

const names = (input: SelectionInput): string[] => selectInstrumentations(input).entries.map(({ name }) => name);
const ALL = CATALOGUE.map(({ name }) => name);

describe('selectInstrumentations', () => {
  test('by default everything but the noisy ones, and aws-lambda only on a Lambda', () => {
    const usual = ALL.filter((name) => !['dns', 'fs', 'host-metrics', 'net', 'aws-lambda'].includes(name));
    expect(names({})).toEqual(usual);
    expect(names({ lambda: true })).toContain('aws-lambda');
  });

  test('the enabled list replaces the default, the disabled list wins over it', () => {
    expect(names({ enabled: ['pg', 'dns', 'http'] })).toEqual(['dns', 'http', 'pg']);
    expect(names({ enabled: ['pg', 'http'], disabled: ['pg'] })).toEqual(['http']);
    expect(names({ disabled: ['http', 'undici'] })).toEqual(names({}).filter((n) => n !== 'http' && n !== 'undici'));
  });

  test('any lists: never more than the enabled ones, never one of the disabled', () => {
    const some = fc.subarray([...ALL]);
    fc.assert(
      fc.property(some, some, fc.boolean(), (enabled, disabled, lambda) => {
        const base = enabled.length > 0 ? enabled : ALL.filter((name) => !OFF_BY_DEFAULT.includes(name));
        const expected = base.filter((name) => !disabled.includes(name) && (lambda || name !== 'aws-lambda'));
        expect(names({ enabled, disabled, lambda })).toEqual(
          expected.toSorted((a, b) => ALL.indexOf(a) - ALL.indexOf(b)),
        );
      }),
    );
  });

  test('a program switches single ones on and off; the variables win over it', () => {
    const configs = { dns: { enabled: true }, pg: { enabled: false }, http: {} };
    expect(names({ configs })).toEqual(expect.arrayContaining(['dns', 'http']));
    expect(names({ configs })).not.toContain('pg');
    expect(names({ configs, enabled: ['pg'] })).toEqual(['pg']);
    expect(names({ configs, disabled: ['dns'] })).not.toContain('dns');
  });

  test('one that the program brings itself is left to it', () => {
    expect(names({ replaced: new Set(['@opentelemetry/instrumentation-http']) })).not.toContain('http');
  });

  test('routes of Fastify go with http and are switched off by their own name', () => {
    const routes = (input: SelectionInput): boolean => selectInstrumentations(input).fastifyRoutes;
    expect(routes({})).toBe(true);
    expect(routes({ enabled: ['http'] })).toBe(true);
    expect(routes({ enabled: ['pg'] })).toBe(false);
    expect(routes({ disabled: ['http'] })).toBe(false);
    expect(routes({ disabled: ['fastify'] })).toBe(false);
    expect(routes({ configs: { fastify: { enabled: false } } })).toBe(false);
  });

  test('a name that does not exist is named by its place and mended, and the others are used', () => {
    const { entries, problems } = selectInstrumentations({ enabled: ['pgg', 'http'], disabled: ['__proto__'] });
    expect(entries.map(({ name }) => name)).toEqual(['http']);
    expect(problems.map(({ message }) => message)).toEqual([
      'OTEL_NODE_ENABLED_INSTRUMENTATIONS: name 1 is no instrumentation and is ignored. Did you mean pg?',
      expect.stringMatching(
        /^OTEL_NODE_DISABLED_INSTRUMENTATIONS: name 1 is no instrumentation and is ignored\. Names/,
      ),
    ]);
  });
});

describe('option instrumentationConfig', () => {
  const refusal = (instrumentationConfig: unknown): string => {
    try {
      startDeploymentTelemetry({ instrumentationConfig, env: { OTEL_SDK_DISABLED: 'true' } } as never);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('refuses a name that does not exist, with the nearest', () => {
    expect(refusal({ htpp: {} })).toMatch(/instrumentationConfig\["htpp"\].*Did you mean http\?/s);
    expect(refusal(JSON.parse('{"__proto__":{}}'))).toMatch(/is no instrumentation/);
  });

  test('refuses what is no object, and a switch that is no boolean', () => {
    expect(refusal([])).toMatch(/must be an object/);
    expect(refusal({ pg: true })).toMatch(/must be an object.*\["pg"\]/s);
    expect(refusal({ pg: { enabled: 'no' } })).toMatch(/must be true or false.*\["pg"\]\.enabled/s);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listEnvironment } from '../../../src/telemetry/doctor/environment-listing.ts';
import { OTEL_VARIABLES } from '../../../src/telemetry/doctor/otel-variables.ts';
import { shownText, shownUrl } from '../../../src/telemetry/shown-text.ts';
import { formsIn, plantedEnvironment } from './secrets.ts';

describe('the environment is listed by deny-by-default', () => {
  test.each([
    ['OTEL_METRIC_EXPORT_INTERVAL', '5000', '5000'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '5s', '[redacted]'],
    ['OTEL_SDK_DISABLED', 'TRUE', 'TRUE'],
    ['OTEL_TRACES_EXPORTER', 'otlp, console', 'otlp, console'],
    ['OTEL_TRACES_EXPORTER', 'otlp,mine', '[redacted]'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://me:secret@collector:4318/otlp?key=secret', 'https://collector:4318/otlp'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318', 'http://collector:4318'],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'https://collector/tenants/secret/v1/traces',
      'https://collector/[redacted]/[redacted]/v1/traces',
    ],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317', 'collector:4317'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=secret', '[redacted]'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'deployment.id=d-7,owner=me,broken', '[deployment.id=d-7, 1 more, 1 not understood]'],
    ['ROLLOUTGUARD_DEPLOYMENT_ID', 'd-7', 'd-7'],
    ['ROLLOUTGUARD_COHORT', 'canary', 'canary'],
    ['ROLLOUTGUARD_COHORT', 'secret', '[redacted]'],
    ['ROLLOUTGUARD_WHATEVER', 'secret', '[redacted]'],
    [
      'NODE_OPTIONS',
      '--import rolloutguard/register --title=secret',
      '--import rolloutguard/register --title=[redacted]',
    ],
    ['HTTPS_PROXY', 'http://me:secret@proxy:3128', 'http://proxy:3128'],
  ])('%s=%s is shown as %s', (name, value, shown) => {
    expect(listEnvironment({ [name]: value })).toEqual([{ name, value: shown }]);
  });

  test('other variables are not even named', () => {
    expect(listEnvironment({ PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'secret', OTELX: '1' })).toEqual([]);
  });

  test('names that JavaScript knows are ordinary names, and what is no text is left out', () => {
    const env = JSON.parse('{"__proto__":"x","constructor":"y","OTEL_toString":"z","OTEL_LOG_LEVEL":7}');
    expect(listEnvironment(env)).toEqual([{ name: 'OTEL_toString', value: '[redacted]' }]);
  });

  test('no planted secret is shown, in no form', () => {
    fc.assert(
      fc.property(plantedEnvironment, ({ secret, env }) => {
        expect(formsIn(JSON.stringify(listEnvironment(env)), secret)).toEqual([]);
      }),
    );
  });

  test('a thousand variables and megabytes of a value stay short', () => {
    const env: Record<string, string> = { OTEL_SERVICE_NAME: 'x'.repeat(4_000_000) };
    for (let i = 0; i < 1_000; i++) env[`OTEL_${'N'.repeat(500)}${i}`] = 'value';
    const listed = listEnvironment(env);
    expect(listed).toHaveLength(200);
    expect(JSON.stringify(listed).length).toBeLessThan(100_000);
  });
});

describe('texts of the identity', () => {
  test.each([
    ['https://x-access-token:secret@github.com/org/app.git', 'https://github.com/org/app.git'],
    ['built at https://ci/run/7?token=secret', 'built at https://ci/run/7'],
    ['built at https://user:se cret@ci/run/7', '[redacted]'],
    ['Bearer secret123', 'Bearer [redacted]'],
    ['v1\u001b[31m', 'v1\\u{1b}[31m'],
    ['2.1.0', '2.1.0'],
  ])('%j is shown as %j', (value, shown) => {
    expect(shownText(value)).toBe(shown);
  });

  test('an address that was cut shows no half of its password', () => {
    expect(shownText(`https://user:1234${'x'.repeat(2_000)}@host/`)).toBe('[redacted]');
    expect(shownUrl(`https://user:1234${'x'.repeat(2_000)}@host/`)).toBe('[redacted]');
  });
});

test('every OTEL_* name is one, so that a misspelt one is found', () => {
  for (const name of Object.keys(OTEL_VARIABLES)) expect(name).toMatch(/^OTEL_[A-Z\d]+(?:_[A-Z\d]+)*$/);
});

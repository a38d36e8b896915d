import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DiagnoseOptions, diagnose } from '../../../src/telemetry/doctor/diagnose.ts';
import { diagnoseTelemetry } from '../../../src/telemetry/doctor/doctor.ts';
import type { ProbeResult } from '../../../src/telemetry/doctor/probe.ts';
import { Folder } from '../../helpers/command-line.ts';
import { HEALTHY_ENV } from './facts.ts';
import { formsIn, plantedEnvironment } from './secrets.ts';

const ok = async (): Promise<ProbeResult> => ({ outcome: 'answered', status: 200, clockSkewMs: 0 });

describe('a diagnosis', () => {
  test('of an app with which all is well', async () => {
    using folder = new Folder();
    // Ends the search for the package to which the folder belongs.
    folder.write('package.json', { name: 'shop' });
    const entry = folder.write('app.mjs', "import 'express'");
    const env = {
      ...HEALTHY_ENV,
      NODE_OPTIONS: `--import ${new URL('../../../src/telemetry/register.ts', import.meta.url)}`,
    };
    const diagnosis = await diagnose({ env, entry, cwd: folder.path }, { probe: ok, nodeVersion: 'v24.21.0' });
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis).toMatchObject({
      schemaVersion: 1,
      healthy: true,
      running: false,
      node: 'v24.21.0',
      entry,
      identity: { id: { value: 'd-7', source: 'ROLLOUTGUARD_DEPLOYMENT_ID' }, cohort: { value: 'canary' } },
      destinations: [
        { url: 'http://collector:4318/v1/traces', signals: ['traces'], outcome: 'answered 200' },
        { url: 'http://collector:4318/v1/metrics', signals: ['metrics'], outcome: 'answered 200' },
        { url: 'http://collector:4318/v1/logs', signals: ['logs'], outcome: 'answered 200' },
      ],
    });
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
  });

  test('without the network nothing is tried', async () => {
    const probe = (): never => expect.fail('tried');
    const { destinations } = await diagnose({ env: HEALTHY_ENV, reachability: false }, { probe, walk: false });
    expect(destinations.map(({ outcome }) => outcome)).toEqual([null, null, null]);
  });

  test('headers of the environment reach the probe, and nobody else', async () => {
    const seen: string[] = [];
    const env = { ...HEALTHY_ENV, OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2' };
    const probe = async ({ headers }: { headers: Readonly<Record<string, string>> }): Promise<ProbeResult> => {
      seen.push(headers['x-api-key'] as string);
      return { outcome: 'answered', status: 401, clockSkewMs: null };
    };
    const diagnosis = await diagnose({ env }, { probe, walk: false });
    expect(seen).toEqual(['hunter2', 'hunter2', 'hunter2']);
    expect(JSON.stringify(diagnosis)).not.toContain('hunter2');
    expect(diagnosis.healthy).toBe(false);
  });

  test('what fails while gathering is a finding, without what its error says', async () => {
    const probe = (): never => {
      throw Object.assign(new Error('hunter2'), { code: 'E_ODD' });
    };
    const { findings } = await diagnose({ env: HEALTHY_ENV }, { probe, walk: false });
    expect(findings).toMatchObject([{ code: 'NOT_CHECKED', message: 'gathering the facts failed (Error E_ODD).' }]);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'x'],
    ['other types', { env: 7, entry: {}, cwd: [], signal: 'x', reachability: false }],
    [
      'values that are no texts',
      { env: { OTEL_SERVICE_NAME: 7, OTEL_EXPORTER_OTLP_ENDPOINT: null }, reachability: false },
    ],
    ['names of prototypes', { env: JSON.parse('{"__proto__":"x","constructor":"y"}'), reachability: false }],
    ['an entry that is a folder', { env: {}, entry: '/', reachability: false }],
    [
      'zero bytes',
      { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://\0' }, entry: 'a\0b', cwd: 'c\0d', reachability: false },
    ],
  ])('never rejects: %s', async (_name, options) => {
    const diagnosis = await diagnose(options as DiagnoseOptions, { probe: ok, walk: false });
    expect(diagnosis.schemaVersion).toBe(1);
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
  });

  test('options that throw when they are read do not reject either', async () => {
    const options = {
      get env(): never {
        throw new Error('hunter2');
      },
    };
    expect(JSON.stringify(await diagnoseTelemetry(options))).not.toContain('hunter2');
  });

  test('no planted secret is shown, whatever the collector answers', async () => {
    const results = fc.constantFrom<ProbeResult>(
      { outcome: 'answered', status: 401, clockSkewMs: 9_999 },
      { outcome: 'failed', phase: 'dns', code: 'ENOTFOUND' },
      { outcome: 'timeout', phase: 'http' },
      { outcome: 'foreign', speaks: 'unknown' },
    );
    await fc.assert(
      fc.asyncProperty(plantedEnvironment, results, async ({ secret, env }, result) => {
        const diagnosis = await diagnose({ env }, { probe: async () => result, walk: false });
        expect(formsIn(JSON.stringify(diagnosis), secret)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

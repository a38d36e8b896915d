import { describe, expect, test } from 'vitest';
import type { TelemetryDiagnosis } from '../../src/telemetry/index.ts';
import { Folder, runCli } from '../helpers/command-line.ts';
import { startSink } from '../telemetry/otlp-sink.ts';

const REGISTER = new URL('../../src/telemetry/register.ts', import.meta.url).href;
const ENV = {
  OTEL_SERVICE_NAME: 'shop',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'd-7',
  ROLLOUTGUARD_COHORT: 'canary',
  NODE_OPTIONS: `--import ${REGISTER}`,
};
const cwd = new URL('../..', import.meta.url).pathname;

describe('exit codes', () => {
  test.each<[string[], Record<string, string>, number]>([
    [[], {}, 0],
    [['--strict'], {}, 0],
    [[], { OTEL_BSP_SCHEDULE_DELAY: 'soon' }, 0],
    [['--strict'], { OTEL_BSP_SCHEDULE_DELAY: 'soon' }, 1],
    [[], { ROLLOUTGUARD_DEPLOYMENT_ID: '' }, 1],
    [['--entry', 'package.json'], {}, 0],
    [['--entry', 'gone.mjs'], {}, 2],
    [['server.mjs'], {}, 2],
    [['--format', 'yaml'], {}, 2],
  ])('%j with %j: %i', async (words, env, code) => {
    const finished = await runCli(['doctor', '--no-network', ...words], { env: { ...ENV, ...env }, cwd });
    expect(finished.code).toBe(code);
    expect(finished.stderr === '').toBe(code !== 2);
  });
});

test('as text: the findings with their mend, and below them what is in effect', async () => {
  using folder = new Folder();
  folder.write('package.json', { name: 'shop' });
  const env = { ...ENV, ROLLOUTGUARD_COHORT: 'gr\u001b[31men', OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2' };
  const { stdout } = await runCli(['doctor', '--no-network', '--entry', folder.write('app.mjs', '')], { env, cwd });
  expect(stdout).toMatch(
    /^rolloutguard \S+ on Node v\S+, \S+app\.mjs\n\nerror BAD_COHORT\n {4}\S.*ROLLOUTGUARD_COHORT.*\n {4}Use canary, /,
  );
  expect(stdout).toMatch(/\nidentity\n {4}id +d-7 +from ROLLOUTGUARD_DEPLOYMENT_ID\n/);
  expect(stdout).toMatch(/\n {4}traces +http\/protobuf http:\/\/localhost:4318\/v1\/traces +not tried\n/);
  expect(stdout).toMatch(/\n {4}OTEL_EXPORTER_OTLP_HEADERS +\[redacted\]\n/);
  expect(stdout).toMatch(/\n\d errors?, \d warnings?, \d notes?\.\n$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|hunter2/);
});

test('as JSON, in both ways of asking for it; the collector is tried', async () => {
  await using sink = await startSink();
  const env = { ...ENV, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  const { code, stdout } = await runCli(['doctor', '--json'], { env, cwd });
  const diagnosis = JSON.parse(stdout) as TelemetryDiagnosis;
  expect(code).toBe(0);
  expect(diagnosis.destinations.map(({ outcome }) => outcome)).toEqual([
    'answered 200',
    'answered 200',
    'answered 200',
  ]);
  expect(sink.requests.map(({ path }) => path).sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
  const other = await runCli(['doctor', '--format', 'json', '--no-network'], { env, cwd });
  expect(JSON.parse(other.stdout)).toMatchObject({ schemaVersion: 1 });
});

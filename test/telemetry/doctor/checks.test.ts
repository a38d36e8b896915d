import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hooksOf } from '../../../src/telemetry/doctor/checks/node.ts';
import { PEER_RANGES } from '../../../src/telemetry/doctor/checks/packages.ts';
import { findingsOf } from '../../../src/telemetry/doctor/diagnose.ts';
import type { DoctorFacts, EntryFacts, PreloadFacts, ProbeFacts } from '../../../src/telemetry/doctor/facts.ts';
import { FINDINGS } from '../../../src/telemetry/doctor/findings.ts';
import type { ProbeResult } from '../../../src/telemetry/doctor/probe.ts';
import type { PackageCopy } from '../../../src/telemetry/packages/copies.ts';
import { factsOf } from './facts.ts';

const codes = (facts: DoctorFacts): string[] => findingsOf(facts).map(({ code }) => code);

/** What is found beside what is found when all is well, which is nothing. */
function found(env: Record<string, string>, more: Partial<DoctorFacts> = {}): string[] {
  return codes(factsOf(env, more));
}

test('of an app with which all is well there is nothing to say', () => {
  expect(findingsOf(factsOf())).toEqual([]);
});

describe('identity and variables', () => {
  test.each<[Record<string, string>, string[]]>([
    [{ OTEL_SERVICE_NAME: '' }, ['SERVICE_NAME_MISSING']],
    [{ ROLLOUTGUARD_DEPLOYMENT_ID: '' }, ['INCOMPLETE_IDENTITY']],
    [{ ROLLOUTGUARD_COHORT: '' }, ['INCOMPLETE_IDENTITY']],
    [{ ROLLOUTGUARD_COHORT: 'green' }, ['BAD_COHORT', 'INCOMPLETE_IDENTITY']],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'deployment.id=d-8' }, ['IDENTITY_CONFLICT']],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'broken' }, ['BAD_RESOURCE_ATTRIBUTE']],
    [{ OTEL_BSP_SCHEDULE_DELAY: 'soon' }, ['BAD_SETTING']],
    [{ ROLLOUTGUARD_DEPLOYMENTID: 'd-7' }, ['UNKNOWN_VARIABLE']],
    [{ OTEL_EXPORTER_OLTP_ENDPOINT: 'x' }, ['UNKNOWN_OTEL_VARIABLE']],
    [{ OTEL_SERVICENAME: 'x' }, ['UNKNOWN_OTEL_VARIABLE']],
    [{ OTEL_TRACE_EXPORTER: 'x' }, ['UNKNOWN_OTEL_VARIABLE']],
    [{ OTEL_JAVAAGENT_ENABLED: 'x', OTEL_PYTHON_LOG_LEVEL: 'x', OTEL_: 'x' }, []],
    [{ OTEL_CONFIG_FILE: '/etc/otel.yaml' }, ['BAD_SETTING']],
    [{ OTEL_SDK_DISABLED: 'true' }, ['SDK_DISABLED']],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '60000' }, ['METRIC_INTERVAL_LONG']],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '5000' }, []],
    [{ OTEL_METRICS_EXPORTER: 'none' }, ['METRICS_OFF']],
    [{ OTEL_METRICS_EXPORTER: 'prometheus', OTEL_METRIC_EXPORT_INTERVAL: '60000' }, []],
  ])('%j: %j', (env, expected) => {
    expect(found(env)).toEqual(expected);
  });
});

describe('addresses', () => {
  test.each<[Record<string, string>, string[]]>([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/v1/traces' },
      ['ENDPOINT_PATH_TWICE', 'ENDPOINT_PATH_TWICE', 'ENDPOINT_PATH_TWICE'],
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318' }, ['ENDPOINT_PATH_MISSING']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, []],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://collector:4317/v1/logs' }, ['ENDPOINT_GRPC_PORT']],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, ['ENDPOINT_HTTP_PORT']],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector:4317' }, []],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, []],
    [
      { HTTPS_PROXY: 'http://proxy:3128', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.vendor.example' },
      ['PROXY_NOT_USED'],
    ],
    [{ HTTPS_PROXY: 'http://proxy:3128', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel.monitoring.svc:4318' }, []],
  ])('%j: %j', (env, expected) => {
    expect(found(env)).toEqual(expected);
  });

  test('a certificate that cannot be read is named by its variable, once', () => {
    const certificates = [1, 2].map(() => ({ variable: 'OTEL_EXPORTER_OTLP_CERTIFICATE', readable: false }));
    expect(found({}, { certificates })).toEqual(['CERTIFICATE_UNREADABLE']);
  });
});

describe('the collector', () => {
  const probes = (...results: ProbeResult[]): ProbeFacts[] =>
    results.map((result, i) => ({
      ...{ signals: [['traces', 'metrics', 'logs'][i] as string], url: `http://collector:4318/v1/${i}` },
      ...{ protocol: 'http/protobuf', headers: {}, result },
    }));
  const answered = (status: number, clockSkewMs: number | null = 0): ProbeResult => ({
    outcome: 'answered',
    status,
    clockSkewMs,
  });
  const failed = (phase: 'dns' | 'connect' | 'tls' | 'http', code: string): ProbeResult => ({
    outcome: 'failed',
    phase,
    code,
  });

  test.each<[ProbeResult, string[]]>([
    [answered(200), []],
    [answered(202), []],
    [answered(301), ['ENDPOINT_REDIRECT']],
    [answered(400), ['ENDPOINT_REFUSED_BODY']],
    [answered(401), ['ENDPOINT_UNAUTHORIZED']],
    [answered(403), ['ENDPOINT_UNAUTHORIZED']],
    [answered(404), ['ENDPOINT_NOT_FOUND']],
    [answered(405), ['ENDPOINT_NOT_ALLOWED']],
    [answered(415), ['ENDPOINT_MEDIA_TYPE']],
    [answered(503), ['ENDPOINT_BUSY']],
    [answered(500), ['ENDPOINT_STATUS']],
    [answered(200, 5_000), []],
    [answered(200, 6_000), ['CLOCK_SKEW']],
    [answered(200, -60_000), ['CLOCK_SKEW']],
    [answered(200, null), []],
    [failed('dns', 'ENOTFOUND'), ['ENDPOINT_UNKNOWN_HOST']],
    [failed('connect', 'ECONNREFUSED'), ['ENDPOINT_REFUSED']],
    [failed('connect', 'EHOSTUNREACH'), ['ENDPOINT_UNREACHABLE']],
    [failed('tls', 'DEPTH_ZERO_SELF_SIGNED_CERT'), ['ENDPOINT_CERTIFICATE']],
    [failed('tls', 'CERT_HAS_EXPIRED'), ['ENDPOINT_CERTIFICATE']],
    [failed('tls', 'ERR_TLS_CERT_ALTNAME_INVALID'), ['ENDPOINT_CERTIFICATE']],
    [failed('tls', 'ERR_SSL_WRONG_VERSION_NUMBER'), ['ENDPOINT_NO_TLS']],
    [failed('tls', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), ['ENDPOINT_TLS']],
    [failed('http', 'ECONNRESET'), ['ENDPOINT_CLOSED']],
    [failed('http', 'constructor'), ['ENDPOINT_CLOSED']],
    [{ outcome: 'timeout', phase: 'http' }, ['ENDPOINT_TIMEOUT']],
    [{ outcome: 'foreign', speaks: 'http2' }, ['ENDPOINT_SPEAKS_GRPC']],
    [{ outcome: 'foreign', speaks: 'tls' }, ['ENDPOINT_WANTS_TLS']],
    [{ outcome: 'foreign', speaks: 'unknown' }, ['ENDPOINT_NOT_HTTP']],
    [{ outcome: 'connected' }, []],
    [{ outcome: 'skipped' }, ['ENDPOINT_NOT_PROBED']],
  ])('%j: %j', (result, expected) => {
    expect(found({}, { probes: probes(result) })).toEqual(expected);
  });

  test('one that is down is one finding that names all signals; statuses differ by path', () => {
    const refused = failed('connect', 'ECONNREFUSED');
    const [finding, ...others] = findingsOf(factsOf({}, { probes: probes(refused, refused, refused) }));
    expect(finding?.message).toContain('(traces, metrics, logs)');
    expect(others).toEqual([]);
    expect(found({}, { probes: probes(answered(404), answered(404)) })).toHaveLength(2);
  });
});

describe('how telemetry starts', () => {
  const preload = (specifier: string, more: Partial<PreloadFacts> = {}): PreloadFacts => ({
    ...{ option: '--import', specifier, fromVariable: true, found: true, ...more },
  });
  const ours = preload('rolloutguard/register');
  const module = (...staticImports: string[]): EntryFacts => ({
    path: '/app/server.mjs',
    format: 'module',
    staticImports,
  });

  test.each<[string, Partial<DoctorFacts>, string[]]>([
    ['nothing starts it', { preloads: [] }, ['NOT_STARTED']],
    [
      'a script of package.json does',
      { preloads: [], manifest: { dependencies: [], scripts: ['node --import rolloutguard/register .'] } },
      [],
    ],
    ['by its path', { preloads: [preload('/srv/node_modules/rolloutguard/dist/register.js')] }, []],
    [
      'a preload that is not found',
      { preloads: [preload('rolloutguard/register', { found: false })] },
      ['PRELOAD_NOT_FOUND'],
    ],
    ['another folder', { cwd: '/' }, ['PRELOAD_FROM_CWD']],
    [
      'another folder, by path',
      { cwd: '/', preloads: [preload('/app/node_modules/rolloutguard/dist/register.js')] },
      [],
    ],
    ['a loader', { preloads: [ours, preload('x', { option: '--loader' })] }, ['LOADER_OPTION']],
    [
      "the loader of Yarn's Plug'n'Play",
      { preloads: [ours, preload('file:///app/.pnp.loader.mjs', { option: '--loader' })] },
      [],
    ],
    ['Datadog', { preloads: [ours, preload('dd-trace/init', { option: '--require' })] }, ['OTHER_AGENT']],
    [
      'the operator of OpenTelemetry',
      { preloads: [ours, preload('/otel-auto-instrumentation-nodejs/autoinstrumentation.js')] },
      ['OTHER_AGENT'],
    ],
    ['stock', { preloads: [ours, preload('@opentelemetry/auto-instrumentations-node/register')] }, ['OTHER_AGENT']],
    [
      'Sentry among the dependencies',
      { manifest: { dependencies: ['@sentry/node'], scripts: [] } },
      ['OTHER_AGENT_INSTALLED'],
    ],
    ['a static start', { preloads: [], entry: module('rolloutguard/telemetry', 'express') }, ['STATIC_START']],
    [
      'a static start of an app that only fetches',
      { preloads: [], entry: module('rolloutguard/telemetry', 'node:http') },
      [],
    ],
    ['a static start beside the preload', { entry: module('rolloutguard/telemetry', 'express') }, []],
  ])('%s: %j', (_name, more, expected) => {
    expect(found({}, more)).toEqual(expected);
  });

  test.each([
    ['v22.14.0', 'too-old'],
    ['v20.19.0', 'too-old'],
    ['v22.15.0', 'own-thread'],
    ['v22.22.2', 'own-thread'],
    ['v22.22.3', 'in-thread'],
    ['v23.11.0', 'own-thread'],
    ['v24.11.0', 'own-thread'],
    ['v24.11.1', 'in-thread'],
    ['v25.0.0', 'own-thread'],
    ['v25.1.0', 'in-thread'],
    ['v26.0.0-nightly', 'in-thread'],
  ])('Node %s has hooks %s', (version, hooks) => {
    expect(hooksOf(version)).toBe(hooks);
  });

  test('an old Node is an error', () => {
    expect(found({}, { nodeVersion: 'v20.19.0' })).toEqual(['NODE_TOO_OLD']);
    expect(found({}, { nodeVersion: 'v24.0.0' })).toEqual(['NODE_HOOKS_ON_THREAD']);
  });
});

describe('packages', () => {
  const copy = (
    name: string,
    version: string,
    directory = `/app/node_modules/x/node_modules/${name}`,
  ): PackageCopy => ({
    ...{ name: `@opentelemetry/${name}`, version, directory },
  });
  const { packages } = factsOf();
  const withCopies = (...copies: PackageCopy[]): Partial<DoctorFacts> => ({
    packages: { ...packages, copies: [...packages.copies, ...copies] },
  });
  const withPeer = (name: string, peer: PackageCopy | null): Partial<DoctorFacts> => ({
    packages: { ...packages, peers: { ...packages.peers, [`@opentelemetry/${name}`]: peer } },
  });

  test.each<[string, Partial<DoctorFacts>, string[]]>([
    ['one is missing', withPeer('sdk-node', null), ['PEER_MISSING']],
    ['one is of the 2.x line', withPeer('resources', copy('resources', '2.12.0')), ['PEER_OUTSIDE_RANGE']],
    ['one is of a line to come', withPeer('sdk-node', copy('sdk-node', '0.400.0')), ['PEER_OUTSIDE_RANGE']],
    ['the app has a newer api', { packages: { ...packages, appApi: copy('api', '1.11.0') } }, ['DUPLICATE_API']],
    ['the app has an older api', { packages: { ...packages, appApi: copy('api', '1.9.1') } }, []],
    ['a dependency has an api', withCopies(copy('api', '1.9.1')), ['API_COPIES']],
    ['a dependency has the old api of logs', withCopies(copy('api-logs', '0.223.0')), ['API_LOGS_OLD']],
    ['a dependency has the 2.x line', withCopies(copy('sdk-trace-base', '2.12.0')), ['SDK_LINES_MIXED']],
    ['one is there twice', withCopies(copy('core', '3.0.1')), ['PACKAGE_TWICE']],
    [
      'names of conventions twice',
      withCopies(copy('semantic-conventions', '1.1.0'), copy('semantic-conventions', '1.2.0', '/y')),
      [],
    ],
    ['not all was seen', { packages: { ...packages, complete: false } }, ['PACKAGES_NOT_SEEN']],
  ])('%s: %j', (_name, more, expected) => {
    expect(found({}, more)).toEqual(expected);
  });

  test('a missing one is told with the command that installs all', () => {
    const [finding] = findingsOf(factsOf({}, withPeer('sdk-node', null)));
    expect(finding?.mend).toMatch(/^Run: npm install @opentelemetry\/api@1\.10\.0 /);
  });

  test('the ranges are those of package.json', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    const peers = manifest.peerDependencies as Record<string, string>;
    const ranges = Object.entries(peers).map(([name, range]): [string, string[]] => {
      const [, caret] = /^\^(.*)$/.exec(range) ?? [];
      if (caret !== undefined) return [name, [caret, `${Number.parseInt(caret, 10) + 1}.0.0`]];
      const [, from = '', below = ''] = /^>=(\S+) <(\S+)$/.exec(range) ?? [];
      return [name, [from, below]];
    });
    expect(PEER_RANGES).toEqual(Object.fromEntries(ranges.filter(([name]) => name.startsWith('@opentelemetry/'))));
  });
});

describe('labels of the pod', () => {
  const file = (more: object) =>
    ({ path: '/etc/podinfo/labels', state: 'read', isMountPoint: false, tellsCohort: true, ...more }) as const;

  test.each<[string, Record<string, string>, object[], string[]]>([
    ['all is well', {}, [file({})], []],
    ['not in Kubernetes', {}, [file({ state: 'absent', tellsCohort: false })], []],
    [
      'not mounted',
      { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
      [file({ state: 'absent', tellsCohort: false })],
      ['LABEL_FILE_ABSENT'],
    ],
    ['mounted by subPath', {}, [file({ isMountPoint: true })], ['LABEL_FILE_FIXED']],
    ['without the cohort', {}, [file({ tellsCohort: false })], ['LABEL_MISSING']],
    ['in the other file', {}, [file({ tellsCohort: false }), file({})], []],
  ])('%s', (_name, env, labelFiles, expected) => {
    expect(found(env, { labelFiles } as Partial<DoctorFacts>)).toEqual(expected);
  });
});

test('every problem that a start can report is a code of the doctor', () => {
  const source = readFileSync(new URL('../../../src/telemetry/problems.ts', import.meta.url), 'utf8');
  const reported = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code = '']) => code);
  expect(reported.length).toBeGreaterThan(10);
  expect(reported.filter((code) => !Object.hasOwn(FINDINGS, code))).toEqual([]);
});

test('every code says what it means and what to do', () => {
  for (const [code, { about, mend }] of Object.entries(FINDINGS)) {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(mend).not.toBe('');
  }
});

test('a problem of a release to come is a warning', () => {
  const problems = [{ code: '__proto__', message: 'new\u001b' }] as unknown as DoctorFacts['problems'];
  expect(findingsOf(factsOf({}, { problems }))).toEqual([
    { code: '__proto__', severity: 'warning', message: 'new\\u{1b}', mend: '' },
  ]);
});

test('a check that fails says so, and the others go on', () => {
  const broken = { ...factsOf(), packages: null } as unknown as DoctorFacts;
  expect(findingsOf({ ...broken, nodeVersion: 'v20.0.0' }).map(({ code, message }) => [code, message])).toEqual([
    ['NODE_TOO_OLD', expect.any(String)],
    ['NOT_CHECKED', 'the examination of packages failed (TypeError).'],
  ]);
});

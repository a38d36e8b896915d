import { describe, expect, test } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import { parsePolicy } from '../../src/engine/parse-policy.ts';
import { batchWorker, lowTraffic, webService } from '../../src/engine/presets.ts';
import type { AggregateTelemetry, Decision } from '../../src/index.ts';
import { businessMetric, definePolicy, errorRate, latency, panicErrorRate, thresholdPolicy } from '../../src/index.ts';
import { jsonReport } from '../../src/report/json.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { textReport } from '../../src/report/text.ts';
import { Folder, runCli } from '../helpers/command-line.ts';
import { cutAt } from '../helpers/cut.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()] });
const healthy = telemetryOf(
  repeat(12, [
    [100, 1],
    [1900, 19],
  ] as const),
  repeat(30, [2000, 20] as const),
);
const broken = telemetryOf(
  repeat(12, [
    [100, 60],
    [1900, 19],
  ] as const),
  repeat(30, [2000, 20] as const),
);
const silent = telemetryOf([], repeat(30, [2000, 20] as const), { completeUntilMs: DEPLOYED_AT_MS + 120_000 });

async function decideFiles(rules: object, telemetry: object, ...more: string[]): ReturnType<typeof runCli> {
  using folder = new Folder();
  const files = [
    '--policy',
    folder.write('policy.json', rules),
    '--telemetry',
    folder.write('telemetry.json', telemetry),
  ];
  return await runCli(['decide', ...files, ...more]);
}

/** Answer of `--format json` about the broken canary under a policy document. */
async function digestOf(document: object): Promise<string> {
  const { stdout, stderr } = await decideFiles(document, broken, '--format', 'json');
  return stdout === '' ? stderr : (JSON.parse(stdout) as Decision).policyDigest;
}
const digest = (rules: Parameters<typeof decide>[0]): string => decide(rules, broken, { nowMs: 0 }).policyDigest;

test.each([
  ['continue', healthy, policy, 0],
  ['rollback', broken, policy, 10],
  ['hold', silent, policy, 20],
  ['escalate', broken, { ...policy, automation: 'escalate' }, 30],
])('%s has its exit code', async (verdict, telemetry, rules, code) => {
  const finished = await decideFiles(rules, telemetry);
  expect(finished.stdout.toLowerCase()).toMatch(new RegExp(`^${verdict}: `));
  expect(finished).toMatchObject({ code, stderr: '' });
});

test('promote is a go-ahead too', async () => {
  const long = telemetryOf(
    repeat(120, [
      [1000, 10],
      [19_000, 190],
    ] as const),
    repeat(30, [20_000, 200] as const),
  );
  expect(await decideFiles(policy, long)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PROMOTE: /) });
});

test('the reports are those of the library', async () => {
  const decision = decide(policy, broken, { nowMs: broken.completeUntilMs });
  expect((await decideFiles(policy, broken)).stdout).toBe(textReport(decision));
  expect((await decideFiles(policy, broken, '--format', 'json')).stdout).toBe(jsonReport(decision));
  expect((await decideFiles(policy, broken, '--format', 'markdown')).stdout).toBe(markdownReport(decision));
});

test('telemetry that stopped long ago holds a live rollout, and not the look at a recording', async () => {
  expect((await decideFiles(policy, healthy)).code).toBe(0);
  expect((await decideFiles(policy, healthy, '--now', '2099-01-01T00:00:00Z')).code).toBe(20);
});

test('an earlier moment is judged by what was known then', async () => {
  const dependencies = { db: [...repeat(12, null).keys()].map((i) => interval(i, 'stable', [10, 0])) };
  const problems = [0, 60].map((second) => ({
    ...{ source: 's', code: 'C', message: `at ${second}`, atMs: DEPLOYED_AT_MS + second * 1000 },
  }));
  const weights = [0, 60].map((second) => ({ atMs: DEPLOYED_AT_MS + second * 1000, canaryShare: 0.05 }));
  const late = telemetryOf([
    ...repeat(6, [
      [100, 1],
      [1900, 19],
    ] as const),
    ...repeat(6, [
      [100, 60],
      [1900, 19],
    ] as const),
  ]);
  const whole = { ...late, dependencies, problems, weights };
  const nowMs = DEPLOYED_AT_MS + 55_000;
  expect((await decideFiles(policy, whole)).code).toBe(10);
  const { code, stdout } = await decideFiles(policy, whole, '--now', String(nowMs), '--format', 'json');
  expect(code).toBe(0);
  expect(stdout).toBe(jsonReport(decide(policy, cutAt(whole, nowMs), { nowMs })));
});

test('a planned end that has passed leaves nothing to wait for', async () => {
  const finished = await decideFiles(policy, healthy, '--planned-end', String(DEPLOYED_AT_MS), '--format', 'json');
  expect(JSON.parse(finished.stdout)).toMatchObject({ nextCheckAtMs: null });
});

test('telemetry comes from stdin, in whatever pieces, and so may the policy', async () => {
  using folder = new Folder();
  const bytes = new TextEncoder().encode(JSON.stringify({ ...broken, service: 'Prüfstand' }));
  // Cut inside of the two bytes of ü.
  const cut = bytes.indexOf(0xc3) + 1;
  const stdin = [bytes.subarray(0, cut), bytes.subarray(cut)];
  const rules = folder.write('policy.json', policy);
  const finished = await runCli(['decide', '--policy', rules], { stdin });
  expect(finished).toMatchObject({ code: 10, stdout: expect.stringContaining('Prüfstand') });
  expect((await runCli(['decide', '--policy', rules, '--telemetry', '-'], { stdin })).code).toBe(10);
  const telemetry = folder.write('telemetry.json', broken);
  expect(
    (await runCli(['decide', '--policy', '-', '--telemetry', telemetry], { stdin: JSON.stringify(policy) })).code,
  ).toBe(10);
});

test('aggregates are judged by thresholds', async () => {
  const rates = { p99LatencyMs: 100, requestsPerSecond: 100, timestampMs: 0 };
  const aggregates: AggregateTelemetry = {
    ...{ schemaVersion: 1, kind: 'aggregates', service: 's', deploymentId: 'd', windowSeconds: 300, atMs: 5 },
    ...{ canary: { ...rates, errorRate: 0.2 }, stable: { ...rates, errorRate: 0.01 } },
  };
  const { code, stdout } = await decideFiles({ preset: 'thresholds' }, aggregates, '--format', 'json');
  expect(code).toBe(10);
  expect(JSON.parse(stdout)).toMatchObject({ decidedAtMs: 5, trigger: 'threshold' });
});

test('a page with plots is written beside the report', async () => {
  using folder = new Folder();
  const { code, stdout } = await decideFiles(policy, broken, '--html', folder.file('report.html'));
  expect(code).toBe(10);
  expect(stdout).toMatch(/^ROLLBACK/);
  expect(folder.read('report.html')).toMatch(/^<!DOCTYPE html>[\s\S]*evidence/);
  expect(folder.names()).toEqual(['report.html']);
});

test('a preset is taken by its name or from a document, with what should differ', async () => {
  const byName = await runCli(['decide', '--policy', 'lowTraffic', '--format', 'json'], {
    stdin: JSON.stringify(broken),
  });
  expect(JSON.parse(byName.stdout)).toMatchObject({ policyDigest: digest(lowTraffic()) });
  expect(await digestOf({ preset: 'batchWorker' })).toBe(digest(batchWorker()));
  expect(await digestOf({ preset: 'thresholds', maxErrorRate: 0.05 })).toBe(
    digest(thresholdPolicy({ maxErrorRate: 0.05 })),
  );
  expect(await digestOf(policy)).toBe(digest(parsePolicy(policy)));
});

test('parts of a preset are completed as their functions complete them', async () => {
  const document = {
    preset: 'webService',
    soakSeconds: 300,
    criteria: [
      { kind: 'latency', maxMs: 500 },
      { kind: 'business-metric', name: 'sales', better: 'higher', maxRelativeChange: 0.1 },
    ],
    hardStops: [{ kind: 'panic-error-rate', max: 0.5 }],
  };
  const same = webService({
    soakSeconds: 300,
    criteria: [latency({ maxMs: 500 }), businessMetric('sales', { better: 'higher', maxRelativeDrop: 0.1 })],
    hardStops: [panicErrorRate({ max: 0.5 })],
  });
  expect(await digestOf(document)).toBe(digest(same));
});

test.each([
  [
    { preset: 'webservice' },
    'at preset (got "webservice"). Use one of: webService, lowTraffic, batchWorker, thresholds.',
  ],
  [{ preset: 'webService', soakSecond: 1 }, 'webService: invalid value at options.soakSecond'],
  [{ preset: 'webService', criteria: 5 }, 'at criteria (got 5)'],
  [{ preset: 'webService', criteria: [5] }, 'at criteria[0] (got 5). Use an object.'],
  [{ preset: 'webService', criteria: [{ max: 1 }] }, 'at criteria[0].kind (got ""). Use one of: error-rate, latency'],
  [
    { preset: 'webService', criteria: [{ kind: 'latency', maxms: 1 }] },
    'policy.json: criteria[0]: latency: invalid value at options.maxms',
  ],
  [{ kind: 'evidence' }, 'parsePolicy: invalid value at schemaVersion'],
  [[], 'parsePolicy: invalid value at policy (got array of 0)'],
])('the policy %j is refused with its place', async (document, message) => {
  const { code, stdout, stderr } = await decideFiles(document, healthy);
  expect(stderr).toMatch(/^rolloutguard decide: .*policy\.json: .*\n$/);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test.each([
  [{ ...healthy, schemaVersion: 2 }, 'Invalid telemetry at schemaVersion (got 2)'],
  [
    { ...healthy, intervals: [{ ...healthy.intervals[0], errors: -1 }] },
    'Invalid telemetry at intervals[0].errors (got -1)',
  ],
  [{}, 'Invalid telemetry at schemaVersion'],
  ['null', 'Invalid telemetry at telemetry (got null)'],
  ['', '--telemetry stdin is empty'],
  ['{"schemaVersion": 1,', '--telemetry stdin is not JSON: '],
  ['{}\n{}', 'Give one document, not JSON Lines.'],
  [[new Uint8Array([0x7b, 0xff, 0x7d])], '--telemetry stdin is not text in UTF-8'],
])('telemetry that is none is refused: %j', async (telemetry, message) => {
  const stdin = typeof telemetry === 'string' || Array.isArray(telemetry) ? telemetry : JSON.stringify(telemetry);
  const { code, stdout, stderr } = await runCli(['decide', '--policy', 'webService'], { stdin });
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test.each([
  [['decide'], '--policy is missing. Name a policy file, or a preset such as webService.'],
  [['decide', '--policy', 'nowhere.json'], '--policy nowhere.json cannot be read: ENOENT'],
  [['decide', '--policy', '/'], '--policy / cannot be read: EISDIR'],
  [['decide', '--policy', 'webService', '--format', 'xml'], 'at --format (got "xml"). Use one of: text, json'],
  [['decide', '--policy', 'webService', '--html', '-'], '--html - cannot be written: it is no file name'],
  [
    ['decide', '--policy', 'webService', '--html', '/no/such/folder/x.html'],
    '--html /no/such/folder/x.html cannot be written: ENOENT',
  ],
])('%j is refused', async (words, message) => {
  const { code, stdout, stderr } = await runCli(words, { stdin: JSON.stringify(healthy) });
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test('nobody waits for a recording that would have to be typed', async () => {
  const { code, stderr } = await runCli(['decide', '--policy', 'webService'], { stdin: null });
  expect(code).toBe(2);
  expect(stderr).toBe('rolloutguard decide: --telemetry is missing. Name a file, or pipe the recording to stdin.\n');
});

test('stdin cannot be two things', async () => {
  const { code, stderr } = await runCli(['decide', '--policy', '-'], { stdin: JSON.stringify(policy) });
  expect(code).toBe(2);
  expect(stderr).toBe('rolloutguard: stdin is wanted for two things. Name a file for all but one.\n');
});

describe('a policy with authority rules', () => {
  const thresholds = { goodDeployments: 2, maxFalseRollbacks: 0 };
  const authority = {
    notify: { ...thresholds, goodDeployments: 0 },
    hold: thresholds,
    rollback: thresholds,
    window: 5,
  };
  const rules = { ...policy, authority };
  const good = (id: number): object => ({
    deploymentId: `d${id}`,
    endedAtMs: id,
    verdict: 'continue',
    outcome: 'good',
  });

  test('rolls back only with the record for it', async () => {
    using folder = new Folder();
    expect((await decideFiles(rules, broken)).code).toBe(30);
    const record = folder.write('past.json', [good(1), good(2)]);
    expect((await decideFiles(rules, broken, '--past', record)).code).toBe(10);
  });

  test.each([
    [[{ ...good(1), verdict: 'fine' }], 'past.json: past deployments: invalid value at past[0].verdict (got "fine")'],
    [{ checkout: {} }, 'past.json: past deployments: invalid value at past (got an object). Use a list.'],
    ['7', 'past.json: past deployments: invalid value at past (got 7). Use a list, or lists by service.'],
  ])('a record that is none is refused by its place: %j', async (record, message) => {
    using folder = new Folder();
    const { code, stderr } = await decideFiles(rules, broken, '--past', folder.write('past.json', record));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('a record by service is that of this service, and none is told', async () => {
    using folder = new Folder();
    const record = folder.write('past.json', { checkout: [good(1), good(2)] });
    expect((await decideFiles(rules, broken, '--past', record)).code).toBe(10);
    const stranger = await decideFiles(rules, { ...broken, service: 'toString' }, '--past', record);
    expect(stranger).toMatchObject({ code: 30, stderr: expect.stringContaining('has no record of "toString".\n') });
  });

  test('a record that nobody asks for is no silent go-ahead', async () => {
    using folder = new Folder();
    const { code, stderr } = await decideFiles(policy, broken, '--past', folder.write('past.json', [good(1)]));
    expect(code).toBe(10);
    expect(stderr).toBe('rolloutguard decide: the policy has no authority rules, so --past changes nothing.\n');
  });
});

/** Whatever a document holds, it is never a fault of ours: it is used, or refused in one line. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { definePolicy, errorRate, latency, thresholdPolicy } from '../../src/index.ts';
import { runCli } from '../helpers/command-line.ts';
import { RUNS } from '../helpers/runs.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const histogram = { type: 'explicit', unit: 'ms', upperBounds: [50, 100, 200], counts: [50, 30, 15, 5] } as const;
const exponential = {
  type: 'exponential',
  unit: 's',
  scale: 1,
  zeroThreshold: 0,
  zeroCount: 0,
  offset: -4,
  counts: [1, 2],
};
const recorded = telemetryOf(
  repeat(4, [
    [100, 5],
    [1900, 19],
  ] as const),
  repeat(4, [2000, 20] as const),
);
const telemetry = {
  ...recorded,
  intervals: recorded.intervals.map((one, i) => ({
    ...one,
    ...(i % 3 === 0 ? { pod: `p${i % 2}`, unanswered: 0, restarts: 0 } : {}),
    latency: i % 2 === 0 ? histogram : exponential,
    measures: { sales: { type: 'ratio', bad: 1, total: 10 }, memory: { type: 'gauge', value: 5, podAgeSeconds: 3 } },
  })),
  dependencies: { db: [recorded.intervals[0]] },
  problems: [{ source: 's', code: 'C', message: 'm', atMs: 0 }],
};
const authority = { goodDeployments: 1, maxFalseRollbacks: 0 };
const policies = [
  definePolicy({
    criteria: [errorRate({ max: 0.5 }), latency({ maxMs: 400 })],
    authority: { notify: authority, hold: authority, rollback: authority, window: 5 },
  }),
  thresholdPolicy(),
  { preset: 'webService', criteria: [{ kind: 'latency', maxMs: 5 }], hardStops: [{ kind: 'crash-loop' }] },
] as unknown as Json[];
const labels = { 'deploy-42': { outcome: 'bad', badFromMs: 5 }, x: { outcome: 'good' } };
const past = { checkout: [{ deploymentId: 'd', endedAtMs: 1, verdict: 'continue', outcome: 'good' }] };

const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, -1, 0.5, 1e308, -1e308, 2 ** 53, '', '__proto__', 'intervals', 1e-320, [], {}, [
    null,
  ]),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

/** The document with something odd at a random place, or without what was there. */
function spoilt(document: unknown): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), fc.option(odd, { nil: undefined }))
    .map(([path, value]) => {
      const copy = JSON.parse(JSON.stringify({ root: document })) as { root: Json };
      let parent: Record<string, Json> = copy;
      let key = 'root';
      for (const step of path) {
        const child = parent[key];
        if (typeof child !== 'object' || child === null || Object.keys(child).length === 0) break;
        parent = child as Record<string, Json>;
        key = Object.keys(child)[step % Object.keys(child).length]!;
      }
      if (value === undefined && parent !== copy) delete parent[key];
      else parent[key] = value ?? null;
      return copy.root;
    });
}

/** Runs it with documents for its files; no exit code of a fault, and no more than a line for what is refused. */
async function check(
  words: readonly string[],
  files: Readonly<Record<string, unknown>>,
  stdin: unknown,
): Promise<void> {
  const encoder = new TextEncoder();
  const { code, stdout, stderr } = await runCli(words, {
    stdin: JSON.stringify(stdin),
    readFile: async (path) => encoder.encode(JSON.stringify(files[path])),
  });
  expect(code, stderr).not.toBe(EXIT.fault);
  expect(stdout === '').toBe(code === 2);
  expect(stdout).not.toMatch(/\bNaN\b|\bundefined\b/);
  if (code === 2) expect(stderr).toMatch(/^rolloutguard.*\n$/);
}

test('what is not spoilt is used', async () => {
  const files: Readonly<Record<string, unknown>> = { telemetry, policy: policies[0], past, labels };
  const commands = [
    'decide --policy policy --past past --telemetry telemetry',
    'plan --telemetry telemetry --policy policy',
    'plan --telemetry telemetry --policy policy --kind latency',
    'replay --policy policy --labels labels -',
    'calibrate --policy policy --labels labels -',
  ];
  for (const words of commands) {
    const { code, stderr } = await runCli(words.split(' '), {
      stdin: JSON.stringify(telemetry),
      readFile: async (path) => new TextEncoder().encode(JSON.stringify(files[path])),
    });
    expect(stderr).toBe('');
    expect(code).not.toBe(2);
  }
});

test('decide (property)', async () => {
  const document = fc
    .constantFrom(...policies)
    .chain((policy) =>
      fc.oneof(
        fc.record({ policy: spoilt(policy), telemetry: fc.constant(telemetry), past: fc.constant(past) }),
        fc.record({ policy: fc.constant(policy), telemetry: spoilt(telemetry), past: fc.constant(past) }),
        fc.record({ policy: fc.constant(policy), telemetry: fc.constant(telemetry), past: spoilt(past) }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(document, fc.constantFrom('text', 'json', 'markdown'), async (files, format) => {
      const words = ['decide', '--policy', 'policy', '--past', 'past', '--telemetry', '-', '--format', format];
      await check(words, files, files.telemetry);
    }),
    { numRuns: 15 * RUNS },
  );
});

test('plan (property)', async () => {
  await fc.assert(
    fc.asyncProperty(
      spoilt(telemetry),
      spoilt(policies[0]),
      fc.boolean(),
      fc.boolean(),
      async (recording, policy, asIs, latencies) => {
        const files = { telemetry: recording, policy: asIs ? policies[0] : policy };
        const kind = latencies ? 'latency' : 'errors';
        await check(['plan', '--telemetry', 'telemetry', '--policy', 'policy', '--kind', kind], files, null);
      },
    ),
    { numRuns: 8 * RUNS },
  );
});

test.each(['replay', 'calibrate'])('%s (property)', async (command) => {
  await fc.assert(
    fc.asyncProperty(spoilt(telemetry), spoilt(labels), fc.boolean(), async (recording, spoiltLabels, asIs) => {
      const files = { labels: asIs ? labels : spoiltLabels, policy: policies[0] };
      await check([command, '--policy', 'policy', '--labels', 'labels', '-'], files, recording);
    }),
    { numRuns: 8 * RUNS },
  );
});

test('any words (property)', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'decide',
      'plan',
      'replay',
      'calibrate',
      '--policy',
      'webService',
      '--rps',
      '5',
      '--error-rate',
      '1%',
    ),
    fc.constantFrom(
      '--',
      '-',
      '--help=1',
      '--format',
      'json',
      '--argo',
      '--weights',
      '1,5',
      '--within',
      '5m',
      '--power',
      '0.9',
    ),
    fc.string({ maxLength: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), async (words) => {
      const { code } = await runCli(words, { readFile: async () => Promise.reject(new Error('ENOENT')) });
      expect([0, 2, 20]).toContain(code);
    }),
    { numRuns: 25 * RUNS },
  );
});

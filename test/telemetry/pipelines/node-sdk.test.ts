// biome-ignore-all lint/suspicious/noExplicitAny: descriptions are JSON.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { type Env, environments, OTHERWISE } from './environments.ts';

interface Both {
  readonly theirs: any;
  readonly ours: { readonly description: any; readonly problems: TelemetryProblem[] };
}

/**
 * What we do otherwise than OpenTelemetry's NodeSDK, on purpose. `apply` makes of its description what ours should be. A
 * difference that is not listed here fails.
 */
const DIFFERENCES: readonly { readonly why: string; apply(theirs: any, env: Env): void }[] = [
  {
    why: 'An export may take 3 s, not 10: a collector that hangs must not use up the time of a shutdown.',
    apply: (theirs) => {
      for (const exporter of exportersOf(theirs)) if (exporter.timeoutMs === 10_000) exporter.timeoutMs = 3_000;
    },
  },
  {
    why: 'Metrics go out every 10 s, not 60: the judge of canaries looks at intervals of 10 s.',
    apply: (theirs) => {
      for (const reader of theirs.readers) {
        if (reader.intervalMs !== 60_000) continue;
        reader.intervalMs = 10_000;
        reader.timeoutMs = Math.min(reader.timeoutMs, 10_000);
      }
    },
  },
  {
    why: 'Metrics on the console obey the interval, too.',
    apply: (theirs, env) => {
      for (const reader of theirs.readers) {
        if (reader.exporter.class !== 'ConsoleMetricExporter') continue;
        const number = (name: string): number => (Number(env[name]) > 0 ? Number(env[name]) : Number.NaN);
        reader.intervalMs = number('OTEL_METRIC_EXPORT_INTERVAL') || 10_000;
        reader.timeoutMs = Math.min(number('OTEL_METRIC_EXPORT_TIMEOUT') || 30_000, reader.intervalMs);
      }
    },
  },
  {
    why: 'Metrics are deltas unless the environment says otherwise: a switch of the cohort would leave cumulative series behind.',
    apply: (theirs, env) => {
      if (env['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'] !== undefined) return;
      for (const reader of theirs.readers)
        if (reader.exporter.class === 'OTLPMetricExporter') reader.temporality = [0, 1, 0, 0, 0, 1];
    },
  },
  {
    why: 'The identity is on the resource, with its own name of the service and id of the instance.',
    apply: (theirs) => {
      for (const key of Object.keys(theirs.resource ?? {})) if (IDENTITY.test(key)) delete theirs.resource[key];
    },
  },
  {
    why: 'The arguments of the command line stay out of the resource: passwords stand there.',
    apply: (theirs) => void delete theirs.resource?.['process.command_args'],
  },
];

const IDENTITY = /^(?:service|deployment|telemetry\.distro|rolloutguard)\./;

function exportersOf(description: any): any[] {
  const { spanProcessors, readers, logRecordProcessors } = description;
  return [...spanProcessors, ...readers, ...logRecordProcessors].map(({ exporter }) => exporter);
}

async function runBoth(list: readonly Env[]): Promise<Both[]> {
  const script = fileURLToPath(new URL('fixtures/both-sdks.ts', import.meta.url));
  const flags = ['--disable-warning=ExperimentalWarning'];
  if (process.features.typescript === false) flags.push('--experimental-strip-types');
  const child = spawn(process.execPath, [...flags, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(list));
  return JSON.parse(await text(child.stdout));
}

const all = environments();
const otherwise = OTHERWISE.map((row, index) => [`${row.why}: ${JSON.stringify(row.env)}`, row, index] as const);

/** Everything in one process: that OpenTelemetry is loaded takes longer than all the rest. */
let results: readonly Both[] = [];
beforeAll(async () => {
  const list = [...all.map(([, env]) => env), ...OTHERWISE.flatMap(({ env, like }) => [env, like])];
  results = await runBoth(list);
}, 60_000);

function ourDescription({ ours }: Both, env: Env): any {
  const got = structuredClone(ours.description);
  for (const key of Object.keys(got.resource ?? {})) {
    if (IDENTITY.test(key)) delete got.resource[key];
    // More detectors than the NodeSDK has by itself.
    if (env['OTEL_NODE_RESOURCE_DETECTORS'] === undefined && /^(?:os|container)\./.test(key)) delete got.resource[key];
  }
  return got;
}

function expectedOf({ theirs }: Both, env: Env): any {
  const expected = structuredClone(theirs);
  for (const { apply } of DIFFERENCES) apply(expected, env);
  return expected;
}

describe('the environment means what it means to the NodeSDK', () => {
  test.each(all.map(([name, env], index) => [name, env, index] as const))('%s', (_, env, index) => {
    const result = results[index] as Both;
    expect(ourDescription(result, env)).toEqual(expectedOf(result, env));
  });
});

describe('except where', () => {
  test.each(otherwise)('%s', (_, { env, like, reported }, index) => {
    const [got, alike] = results.slice(all.length + 2 * index) as [Both, Both];
    expect(ourDescription(got, env)).toEqual(ourDescription(alike, like));
    // Else it is no exception, and belongs above.
    expect(ourDescription(got, env)).not.toEqual(expectedOf(got, env));
    const messages = got.ours.problems.filter(({ code }) => code === 'BAD_SETTING').map(({ message }) => message);
    expect(messages).toEqual(reported === undefined ? [] : [expect.stringContaining(`${reported} `)]);
  });
});

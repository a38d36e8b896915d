import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { resolveSettings } from '../../../src/telemetry/pipelines/settings.ts';
import { runPipelines } from './pipelines.ts';

const OFF = { traces: false, metrics: false, logs: false } as const;

async function attributesOf(env: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  await using running = runPipelines({ env, export: OFF });
  const { resource } = running.context;
  await resource.waitForAsyncAttributes?.();
  return resource.attributes;
}

describe('what the process finds out about where it runs', () => {
  test('by default: host, operating system and process, without the arguments of the command line', async () => {
    const { argv } = process;
    onTestFinished(() => {
      process.argv = argv;
    });
    process.argv = [...argv, '--password=very-secret'];
    const attributes = await attributesOf({});
    for (const key of ['host.name', 'os.type', 'process.pid', 'process.runtime.version', 'service.instance.id'])
      expect(attributes).toHaveProperty([key]);
    expect(JSON.stringify(attributes)).not.toContain('very-secret');
  });

  test.each([
    ['none', []],
    ['os', ['os']],
    ['process,host', ['host', 'process']],
  ])('OTEL_NODE_RESOURCE_DETECTORS=%s', async (value, expected) => {
    const attributes = await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: value });
    const groups = new Set(Object.keys(attributes).map((key) => key.split('.')[0] as string));
    expect([...groups].filter((group) => ['host', 'os', 'process', 'container'].includes(group)).sort()).toEqual(
      expected,
    );
  });

  test('clouds are asked on request alone: they call the network, and the first export waits for them', () => {
    const clouds = ['alibaba', 'aws', 'azure', 'gcp'];
    const of = (value?: string): readonly string[] =>
      resolveSettings(value === undefined ? {} : { OTEL_NODE_RESOURCE_DETECTORS: value }).detectors;
    expect(of().filter((name) => clouds.includes(name))).toEqual([]);
    expect(of('aws')).toEqual(['aws']);
    expect(of('all').filter((name) => clouds.includes(name))).toEqual(clouds);
  });
});

describe('files of certificates', () => {
  test('that cannot be read are named by their variable; those that nobody uses are not', async () => {
    const readable = join(tmpdir(), `rolloutguard-${process.pid}.pem`);
    await writeFile(readable, '');
    onTestFinished(() => rm(readable));
    expect(await readFile(readable, 'utf8')).toBe('');
    await using running = runPipelines({
      env: {
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/secret/place/ca.pem',
        OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: readable,
        OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: '/secret/place/unused.pem',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: '/secret/place/key.pem',
      },
    });
    const messages = running.problems.filter(({ code }) => code === 'BAD_SETTING').map(({ message }) => message);
    expect(messages.map((message) => message.split(' ')[0]).sort()).toEqual([
      'OTEL_EXPORTER_OTLP_CERTIFICATE',
      'OTEL_EXPORTER_OTLP_CLIENT_KEY',
    ]);
    expect(messages.join('')).not.toContain('secret');
  });
});

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { array, assert, asyncProperty, dictionary, double, oneof, record, string } from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import type { BootContext } from '../../../src/telemetry/boot-context.ts';
import { createCohort, type LiveCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { createLiveMetrics } from '../../../src/telemetry/cohort/live-metrics.ts';
import { liveResource } from '../../../src/telemetry/cohort/live-resource.ts';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import { DEFAULT_KEYS } from '../../../src/telemetry/identity/attribute-keys.ts';
import { validateOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { exporterNames } from '../../../src/telemetry/pipelines/exporter-names.ts';
import type { TelemetryProblem } from '../../../src/telemetry/problems.ts';
import { prometheusReaders } from '../../../src/telemetry/prometheus/endpoint.ts';
import { type MetricsServerOptions, startMetricsServer } from '../../../src/telemetry/prometheus/metrics-server.ts';
import type { PrometheusOptions } from '../../../src/telemetry/prometheus/options.ts';
import { type Family, parsePrometheusText, type Sample } from '../../helpers/prometheus-text.ts';

const IDENTITY = {
  'service.name': 'shop',
  'service.version': '2.1.0',
  'service.instance.id': 'pod:1',
  'deployment.id': 'deploy-7',
  'deployment.environment.name': 'production',
};

interface Rig {
  readonly cohort: LiveCohort;
  readonly provider: MeterProvider;
  readonly problems: TelemetryProblem[];
  readonly listening: MetricsServerOptions[];
  closed: number;
  scrape(): Promise<string>;
}

interface Given {
  readonly prometheus?: PrometheusOptions;
  /** The app brings an exporter of its own. */
  readonly metricExporter?: boolean;
  readonly env?: Record<string, string>;
  readonly attributes?: Record<string, string>;
  /** Opens a real server. */
  readonly real?: boolean;
}

function rig({ prometheus = {}, metricExporter, env = {}, attributes = IDENTITY, real = false }: Given = {}): Rig {
  const problems: TelemetryProblem[] = [];
  const listening: MetricsServerOptions[] = [];
  const cohort = createCohort({ initial: 'canary', beforeChange: () => live.closeIntervals() });
  const live = createLiveMetrics(liveResource<Resource>(cohort, resourceFromAttributes));
  const undo: (() => void)[] = [];
  const reader = envReader(env);
  const context = {
    plan: {
      options: { prometheus, ...(metricExporter && { metricExporter: {} }) },
      keys: DEFAULT_KEYS,
      settings: { exporters: exporterNames(reader, {}) },
    },
    env: reader,
    peers: loadPeers(requireHere),
    onStop: (step: () => void) => void undo.push(step),
    report: (problem: TelemetryProblem) => void problems.push(problem),
  } as unknown as BootContext;
  const fake = (options: MetricsServerOptions): (() => void) => {
    listening.push(options);
    return () => void made.closed++;
  };
  const readers = (real ? prometheusReaders(context) : prometheusReaders(context, fake)).map(live.follow);
  const provider = new MeterProvider({ resource: resourceFromAttributes(attributes), readers });
  onTestFinished(async () => {
    for (const step of undo) step();
    await provider.shutdown();
  });
  const made: Rig = {
    cohort,
    provider,
    listening,
    closed: 0,
    get problems() {
      return [...problems, ...reader.problems];
    },
    scrape: () => listening[0]?.scrape() ?? Promise.reject(new Error('no endpoint')),
  };
  return made;
}

const requireHere = createRequire(import.meta.url);

function family(families: readonly Family[], name: string): Family {
  const found = families.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`${name} is not among ${families.map((each) => each.name).join(', ')}`);
  return found;
}

function ownLabels({ labels }: Sample): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('otel_scope')));
}

const CONSTANT = {
  service_version: '2.1.0',
  deployment_environment_name: 'production',
  rolloutguard_cohort: 'canary',
};

describe('a scrape', () => {
  test('is strictly well-formed; every series says version, environment and cohort, and only target_info the rest', async () => {
    const { provider, scrape } = rig();
    const meter = provider.getMeter('shop', '1.0.0');
    meter
      .createCounter('requests', { description: 'Line one\nand \\two' })
      .add(3, { 'http.route': '/a"b\\c\nd', ok: true });
    const latency = meter.createHistogram('latency', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } });
    for (const value of [0.05, 0.5, 5]) latency.record(value);
    meter.createUpDownCounter('active').add(-1);
    const families = parsePrometheusText(await scrape());
    expect(family(families, 'requests_total')).toMatchObject({ type: 'counter', help: 'Line one\nand \\two' });
    const [requests] = family(families, 'requests_total').samples;
    expect(requests?.value).toBe(3);
    expect(ownLabels(requests as Sample)).toEqual({ ...CONSTANT, http_route: '/a"b\\c\nd', ok: 'true' });
    expect(requests?.labels).toMatchObject({ otel_scope_name: 'shop', otel_scope_version: '1.0.0' });
    const buckets = family(families, 'latency').samples.filter(({ name }) => name === 'latency_bucket');
    expect(buckets.map(({ labels, value }) => [labels['le'], value])).toEqual([
      ['0.1', 1],
      ['1', 2],
      ['+Inf', 3],
    ]);
    for (const sample of family(families, 'latency').samples) expect(sample.labels).toMatchObject(CONSTANT);
    expect(family(families, 'active').samples[0]?.value).toBe(-1);
    expect(family(families, 'target_info').samples).toEqual([
      {
        name: 'target_info',
        value: 1,
        labels: {
          service_name: 'shop',
          service_version: '2.1.0',
          service_instance_id: 'pod:1',
          deployment_id: 'deploy-7',
          deployment_environment_name: 'production',
          rolloutguard_cohort: 'canary',
        },
      },
    ]);
  });

  test('after a switch all series say the new cohort, none the old, and the totals go on', async () => {
    const { cohort, provider, scrape } = rig();
    const counter = provider.getMeter('shop').createCounter('requests');
    provider.getMeter('shop').createGauge('load').record(7);
    counter.add(3);
    expect(await scrape()).not.toContain('"stable"');
    await cohort.set('stable');
    counter.add(2);
    const text = await scrape();
    expect(text).not.toContain('"canary"');
    const families = parsePrometheusText(text);
    expect(family(families, 'requests_total').samples).toMatchObject([
      { value: 5, labels: { rolloutguard_cohort: 'stable' } },
    ]);
    expect(family(families, 'load').samples).toHaveLength(1);
    expect(family(families, 'target_info').samples[0]?.labels['rolloutguard_cohort']).toBe('stable');
  });

  test('attributes that become one label, or a label of ours, spoil no answer', async () => {
    const { provider, scrape } = rig({
      attributes: { ...IDENTITY, 'a.b': 'one', a_b: 'two', '1st': 'three' },
    });
    const attributes = {
      'http.route': '/a',
      http_route: '/b',
      'rolloutguard.cohort': 'mine',
      otel_scope_name: 'mine',
      le: 'mine',
      '5xx': true,
      __proto__x: 'kept',
    };
    provider.getMeter('shop').createCounter('requests').add(1, attributes);
    provider.getMeter('shop').createHistogram('latency').record(1, attributes);
    const families = parsePrometheusText(await scrape());
    for (const name of ['requests_total', 'latency']) {
      for (const { labels } of family(families, name).samples) {
        expect(labels).toMatchObject({
          http_route: '/a;/b',
          rolloutguard_cohort: 'canary',
          exported_rolloutguard_cohort: 'mine',
          otel_scope_name: 'shop',
          exported_otel_scope_name: 'mine',
          exported_le: 'mine',
          key_5xx: 'true',
          _proto_x: 'kept',
        });
      }
    }
    expect(family(families, 'target_info').samples[0]?.labels).toMatchObject({ a_b: 'one;two', key_1st: 'three' });
  });

  test('whatever names, attributes and values there are', async () => {
    const name = string({ unit: 'binary', maxLength: 12 });
    const attributes = dictionary(name, oneof(string({ unit: 'binary' }), double()), { maxKeys: 4 });
    const measurement = record({
      metric: string({ minLength: 1, maxLength: 8 }),
      attributes,
      value: double({ min: 0 }),
    });
    await assert(
      asyncProperty(array(measurement, { maxLength: 12 }), attributes, async (measurements, resource) => {
        const { provider, scrape } = rig({ attributes: resource as Record<string, string> });
        const meter = provider.getMeter('shop');
        for (const { metric, attributes: given, value } of measurements)
          meter.createGauge(`m${metric}`).record(value, given);
        expect(parsePrometheusText(await scrape()).length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the labels', () => {
  test.each<[string, Given, string[]]>([
    ['of the option', { prometheus: { constantLabels: ['deployment.id'] } }, ['deployment_id']],
    [
      'of the variable',
      { env: { ROLLOUTGUARD_PROMETHEUS_LABELS: 'deployment.id, service.name' } },
      ['deployment_id', 'service_name'],
    ],
    ['none', { prometheus: { constantLabels: [] } }, []],
    ['taken literally, not as a pattern', { prometheus: { constantLabels: ['.*', 'service.nam', '('] } }, []],
  ])('%s', async (_what, given, expected) => {
    const { provider, scrape, problems } = rig(given);
    provider.getMeter('shop').createCounter('requests').add(1);
    const [sample] = family(parsePrometheusText(await scrape()), 'requests_total').samples;
    expect(Object.keys(ownLabels(sample as Sample)).toSorted()).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ constantLabels: ['deployment.id', 'service.instance.id'] }, 'prometheus.constantLabels[1]'],
    [{ constantLabels: ['k8s.pod.name'] }, 'prometheus.constantLabels[0]'],
    [{ constantLabels: Array.from({ length: 11 }, (_, index) => `label${index}`) }, 'prometheus.constantLabels'],
    [{ constantLabels: 'deployment.id' }, 'prometheus.constantLabels'],
    [{ port: 70_000 }, 'prometheus.port'],
    [{ port: 0 }, 'prometheus.port'],
    [{ endpoint: 'metrics' }, 'prometheus.endpoint'],
    [{ endpoint: '/metrics?all' }, 'prometheus.endpoint'],
    [{ path: '/metrics' }, 'prometheus.path'],
    [true, 'prometheus'],
  ])('prometheus: %j is refused at %s', (prometheus, path) => {
    let error: unknown;
    try {
      validateOptions({ prometheus: prometheus as PrometheusOptions });
    } catch (thrown) {
      error = thrown;
    }
    expect(isRolloutGuardError(error, 'INVALID_OPTION')).toBe(true);
    expect((error as { path?: string }).path).toBe(path);
  });

  test('a variable that names an instance stops nothing: that name is left out, and told', () => {
    const { problems } = rig({ env: { ROLLOUTGUARD_PROMETHEUS_LABELS: 'service.instance.id,deployment.id' } });
    expect(problems.map(({ message }) => message)).toEqual([
      'ROLLOUTGUARD_PROMETHEUS_LABELS: service.instance.id is left out: it names a single instance.',
    ]);
  });
});

describe('where it listens', () => {
  test.each<[Given, Partial<MetricsServerOptions>]>([
    [{}, { host: 'localhost', port: 9464, path: '/metrics' }],
    [{ prometheus: { host: '10.0.0.1', port: 9000, endpoint: '/m' } }, { host: '10.0.0.1', port: 9000, path: '/m' }],
    [
      {
        prometheus: { host: '10.0.0.1', port: 9000 },
        env: { OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0', OTEL_EXPORTER_PROMETHEUS_PORT: '9001' },
      },
      { host: '0.0.0.0', port: 9001 },
    ],
  ])('%j: %j', (given, expected) => {
    expect(rig(given).listening).toMatchObject([expected]);
  });

  test('in a pod on all addresses, since Prometheus comes from outside', () => {
    const [options] = rig({ env: { KUBERNETES_SERVICE_HOST: '10.96.0.1' } }).listening;
    expect(options).not.toHaveProperty('host');
  });

  test('a port that is none is told, and the next source counts', () => {
    const { listening, problems } = rig({
      prometheus: { port: 9000 },
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '70000' },
    });
    expect(listening[0]?.port).toBe(9000);
    expect(problems.map(({ code }) => code)).toEqual(['BAD_SETTING']);
  });
});

test.each<[Given, number]>([
  [{ env: { OTEL_METRICS_EXPORTER: 'otlp, Prometheus' } }, 1],
  [{ env: { OTEL_METRICS_EXPORTER: 'otlp' } }, 0],
  [{ env: { OTEL_METRICS_EXPORTER: 'none' } }, 0],
  [{ env: {} }, 1],
  [{ env: { OTEL_METRICS_EXPORTER: 'none' }, metricExporter: true }, 1],
])('the variable decides, else the option: %j opens %d', (given, expected) => {
  expect(rig(given).listening).toHaveLength(expected);
});

test('when the metrics end, so does the server', async () => {
  const made = rig();
  await made.provider.shutdown();
  expect(made.closed).toBe(1);
});

describe('the server', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    server.listen(0, 'localhost');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  async function ask(
    port: number,
    path: string,
    method = 'GET',
  ): Promise<{ status: number; type: string; text: string }> {
    for (;;) {
      const sent = request({ host: 'localhost', port, path, method, agent: false }).end();
      try {
        const [response] = await once(sent, 'response');
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        return {
          status: response.statusCode,
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString(),
        };
      } catch (error) {
        // Not open yet.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      }
    }
  }

  test('answers a scrape, and nothing else', async () => {
    const port = await freePort();
    const { provider, problems } = rig({ prometheus: { port }, real: true });
    provider.getMeter('shop').createCounter('requests').add(1);
    const { status, type, text } = await ask(port, '/metrics?x=1');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(family(parsePrometheusText(text), 'requests_total').samples[0]?.value).toBe(1);
    expect((await ask(port, '/')).status).toBe(404);
    expect((await ask(port, '//metrics')).status).toBe(404);
    expect((await ask(port, '/metrics', 'POST')).status).toBe(405);
    expect(await ask(port, '/metrics', 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(problems).toEqual([]);
  });

  test('a port in use is told, and harms nothing', async () => {
    const other = createServer();
    other.listen(0, 'localhost');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const made = rig({ prometheus: { port }, real: true });
    await expect
      .poll(() => made.problems.map(({ message }) => message))
      .toEqual([`the Prometheus endpoint cannot be opened on localhost, port ${port} (EADDRINUSE).`]);
  });

  test('a client that says nothing, or nonsense, does not hold the end up', async () => {
    const port = await freePort();
    const { provider } = rig({ prometheus: { port }, real: true });
    await ask(port, '/metrics');
    const silent = connect(port, 'localhost');
    await once(silent, 'connect');
    const rude = connect(port, 'localhost');
    rude.on('error', () => {}).resume();
    rude.end('\u0000\u0001 no HTTP\r\n\r\n');
    await once(rude, 'close');
    const closed = once(silent, 'close');
    silent.on('error', () => {}).resume();
    await provider.shutdown();
    await closed;
  });

  test('whoever opens connections without end does not use up those of the app', async () => {
    const port = await freePort();
    rig({ prometheus: { port }, real: true });
    await ask(port, '/metrics');
    const sockets = Array.from({ length: 60 }, () => connect(port, 'localhost').on('error', () => {}));
    let refused = 0;
    for (const socket of sockets) socket.resume().once('close', () => refused++);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await expect.poll(() => refused).toBeGreaterThanOrEqual(10);
    expect(sockets.filter(({ closed }) => !closed)).toHaveLength(50);
  });

  test('a collection that fails is answered without its reason', async () => {
    const port = await freePort();
    const { listening } = rig();
    onTestFinished(
      startMetricsServer({
        ...(listening[0] as MetricsServerOptions),
        port,
        scrape: () => Promise.reject(new Error('secret')),
      }),
    );
    const { status, text } = await ask(port, '/metrics');
    expect(status).toBe(503);
    expect(text).not.toContain('secret');
  });
});

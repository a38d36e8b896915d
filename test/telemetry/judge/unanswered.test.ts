/** Which failed requests count as unanswered, whose they are, and what must not be counted. */
import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest, type RequestOptions } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createNoopMeter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { envReader } from '../../../src/telemetry/env-reader.ts';
import { countUnanswered } from '../../../src/telemetry/judge/count-unanswered.ts';
import { MeterHub, sharedMeterHub } from '../../../src/telemetry/judge/meter.ts';
import { UnansweredCounter } from '../../../src/telemetry/judge/unanswered/counter.ts';
import { reasonOf } from '../../../src/telemetry/judge/unanswered/failure.ts';
import { targetFinder, targetsFromEnvironment } from '../../../src/telemetry/judge/unanswered/targets.ts';
import { watchHttp } from '../../../src/telemetry/judge/unanswered/watch-http.ts';
import { watchUndici } from '../../../src/telemetry/judge/unanswered/watch-undici.ts';
import { validateOptions } from '../../../src/telemetry/options/options.ts';

let seen: string[] = [];
let isOwn = false;
let stops: (() => void)[] = [];
beforeEach(() => {
  seen = [];
  isOwn = false;
  const seams = {
    onUnanswered: ({ host, port }: { host: string | undefined; port: number | undefined }, reason: string) =>
      void seen.push(`${host}:${port} ${reason}`),
    isOwn: () => isOwn,
  };
  stops = [watchHttp(seams), watchUndici(seams)];
});
afterEach(() => {
  for (const stop of stops) stop();
});

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

const onRequest = (answer: (socket: Socket) => void): Server =>
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });

/** Servers that do what servers do when they are broken, and one that is not. */
const SERVERS = {
  resets: () => portOf(onRequest((socket) => socket.resetAndDestroy())),
  closes: () => portOf(onRequest((socket) => socket.end())),
  hangs: () => portOf(onRequest(() => {})),
  'talks nonsense': () => portOf(onRequest((socket) => socket.end('nonsense\r\n\r\n'))),
  'answers 500': () => portOf(createHttpServer((_, response) => response.writeHead(500).end()) as Server),
  'breaks off': () =>
    portOf(
      createHttpServer((_, response) => {
        response.write('half an answer', () => response.destroy());
      }) as Server,
    ),
  'is down': async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  },
};

/** A client: asks, and ends when the request has. Its own failures are no concern of the test. */
type Client = (
  url: string,
  give?: { signal?: AbortSignal; setUp?: (request: ReturnType<typeof httpRequest>) => void; options?: RequestOptions },
) => Promise<void>;

const CLIENTS: Record<string, Client> = {
  'node:http': (url, { signal, setUp, options } = {}) =>
    new Promise((resolve) => {
      const request = httpRequest(url, { agent: false, ...options, ...(signal && { signal }) }, (response) => {
        response.on('error', () => {}).on('close', () => resolve());
        response.resume();
      });
      request.on('error', () => resolve());
      setUp?.(request);
      request.end();
    }),
  fetch: (url, { signal } = {}) =>
    fetch(url, { ...(signal && { signal }) }).then(
      (response) =>
        response.text().then(
          () => {},
          () => {},
        ),
      () => {},
    ),
};

describe.each(Object.entries(CLIENTS))('%s, when the server', (_, ask) => {
  test.each([
    ['is down', 'refused'],
    ['resets', 'reset'],
    ['closes', 'reset'],
    ['talks nonsense', 'protocol'],
  ] as const)('%s, counts one request, as %s', async (what, reason) => {
    const port = await SERVERS[what]();
    await ask(`http://127.0.0.1:${port}/`);
    expect(seen).toEqual([`127.0.0.1:${port} ${reason}`]);
  });

  test('does not exist, counts one request, as dns', async () => {
    await ask('http://rolloutguard.invalid/');
    expect(seen).toEqual(['rolloutguard.invalid:80 dns']);
  });

  test.each(['answers 500', 'breaks off'] as const)(
    '%s, counts nothing: it has answered, and counts itself',
    async (what) => {
      await ask(`http://127.0.0.1:${await SERVERS[what]()}/`);
      expect(seen).toEqual([]);
    },
  );

  test('is too slow for the deadline of its caller, counts a timeout', async () => {
    // As AbortSignal.timeout does it, but not before the request was sent, however busy the machine is.
    const late = new AbortController();
    const port = await portOf(onRequest(() => late.abort(new DOMException('too late', 'TimeoutError'))));
    await ask(`http://127.0.0.1:${port}/`, { signal: late.signal });
    expect(seen).toEqual([`127.0.0.1:${port} timeout`]);
  });

  test('is given up by its caller, counts nothing', async () => {
    const url = `http://127.0.0.1:${await SERVERS.hangs()}/`;
    for (const reason of [undefined, new Error('the user went away')]) {
      const controller = new AbortController();
      const asked = ask(url, { signal: controller.signal });
      setImmediate(() => controller.abort(reason));
      await asked;
    }
    await ask(url, { signal: AbortSignal.abort() });
    expect(seen).toEqual([]);
  });

  test('is a collector of our own, counts nothing', async () => {
    isOwn = true;
    const port = await SERVERS.resets();
    const asked = ask(`http://127.0.0.1:${port}/`);
    // What runs when the answer should come is another context.
    setImmediate(() => {
      isOwn = false;
    });
    await asked;
    expect(seen).toEqual([]);
  });
});

describe('node:http', () => {
  const ask = CLIENTS['node:http'] as Client;

  test.each([
    ['destroy()', undefined],
    ['destroy(error)', new Error('no answer in time')],
  ])('counts a timeout where its listener calls %s', async (_, error) => {
    const port = await SERVERS.hangs();
    const setUp: NonNullable<Parameters<Client>[1]>['setUp'] = (request) =>
      void request.setTimeout(20, () => request.destroy(error));
    await ask(`http://127.0.0.1:${port}/`, { setUp });
    expect(seen).toEqual([`127.0.0.1:${port} timeout`]);
  });

  test('counts nothing where the caller destroys the request, before or after it was sent', async () => {
    const url = `http://127.0.0.1:${await SERVERS.hangs()}/`;
    await ask(url, { setUp: (request) => void request.destroy() });
    await ask(url, { setUp: (request) => void setImmediate(() => request.destroy(new Error('mine'))) });
    expect(seen).toEqual([]);
  });

  test('tells the address that was called, not the name that was asked for', async () => {
    const port = await SERVERS.resets();
    await ask(`http://127.0.0.1:${port}/`, { options: { headers: { host: 'shop.example' } } });
    expect(seen).toEqual([expect.stringMatching(/^127\.0\.0\.1:(\d+|undefined) reset$/)]);
  });
});

test('reasons are of a bounded set, whatever is thrown', () => {
  const words = ['refused', 'reset', 'timeout', 'dns', 'unreachable', 'tls', 'protocol', '_OTHER', null];
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ code: fc.anything(), name: fc.anything(), cause: fc.anything() })),
      (error) => {
        expect(words).toContain(reasonOf(error));
      },
    ),
  );
  expect(reasonOf({ code: 'ENEWLYINVENTED' })).toBe('_OTHER');
  expect(reasonOf({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })).toBe('tls');
  expect(reasonOf({ code: 'UND_ERR_DESTROYED' })).toBeNull();
  expect(reasonOf({ code: '__proto__', name: 'constructor' })).toBeNull();
});

describe('the counter', () => {
  function startCounter(hub: MeterHub = new MeterHub(() => null)): {
    counter: UnansweredCounter;
    points: () => Promise<object[]>;
  } {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    const stop = hub.offer({ metrics: provider, createNoopMeter });
    onTestFinished(async () => {
      stop();
      await provider.shutdown();
    });
    return {
      counter: new UnansweredCounter(hub),
      async points() {
        exporter.reset();
        await provider.forceFlush();
        const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
        return all
          .filter(({ descriptor }) => descriptor.name === 'rolloutguard.unanswered')
          .flatMap((metric) => metric.dataPoints as DataPoint<number>[])
          .map(({ attributes, value }) => ({ ...attributes, value }));
      },
    };
  }
  const find = targetFinder([
    { host: 'Checkout.svc', service: 'checkout', cohort: 'stable' },
    { host: '[::1]', service: 'local' },
    { host: 'checkout.svc', port: 8080, service: 'checkout', cohort: 'preview', deploymentId: 'd42', pod: 'p1' },
  ]);

  test('names the service and version that a host stands for; an entry with a port goes first', async () => {
    const { counter, points } = startCounter();
    counter.addSeen({ host: 'checkout.svc', port: 80 }, 'reset', find);
    counter.addSeen({ host: 'CHECKOUT.svc', port: 8080 }, 'timeout', find);
    counter.addSeen({ host: 'other.svc', port: undefined }, 'dns', find);
    counter.addSeen({ host: '::1', port: 1 }, 'refused', find);
    expect(await points()).toEqual([
      {
        'error.type': 'reset',
        'server.address': 'checkout.svc',
        'server.port': 80,
        'rolloutguard.target.service': 'checkout',
        'rolloutguard.target.cohort': 'stable',
        value: 1,
      },
      {
        'error.type': 'timeout',
        'server.address': 'CHECKOUT.svc',
        'server.port': 8080,
        'rolloutguard.target.service': 'checkout',
        'rolloutguard.target.cohort': 'canary',
        'rolloutguard.target.deployment.id': 'd42',
        'rolloutguard.target.pod': 'p1',
        value: 1,
      },
      { 'error.type': 'dns', 'server.address': 'other.svc', value: 1 },
      {
        'error.type': 'refused',
        'server.address': '::1',
        'server.port': 1,
        'rolloutguard.target.service': 'local',
        value: 1,
      },
    ]);
  });

  test('leaves to the program what the program counts: the same request is not counted twice', async () => {
    const { counter, points } = startCounter();
    counter.addTold({ service: 'checkout', cohort: 'canary' }, 'reset');
    counter.addSeen({ host: 'checkout.svc', port: 80 }, 'reset', find);
    counter.addSeen({ host: 'elsewhere', port: 80 }, 'reset', find);
    expect((await points()).map((point) => Object.values(point).join(' '))).toEqual([
      'reset checkout canary 1',
      'reset elsewhere 80 1',
    ]);
  });

  test('a socket in the file system has no address of its own, and is told by one all the same', async () => {
    const { counter, points } = startCounter();
    counter.addSeen({ host: undefined, port: undefined }, 'reset', find);
    expect(await points()).toEqual([{ 'error.type': 'reset', 'server.address': '_OTHER', value: 1 }]);
  });

  test('tells a hundred addresses apart, and no more', async () => {
    const { counter, points } = startCounter();
    for (let i = 0; i < 500; i++) counter.addSeen({ host: `h${i}`, port: 80 }, 'dns', find);
    const found = await points();
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toEqual({ 'error.type': 'dns', 'server.address': '_OTHER', value: 400 });
  });

  test('countUnanswered counts for its target, and survives whatever it is given', async () => {
    const { points } = startCounter(sharedMeterHub());
    countUnanswered({ service: 'pay', pod: 'p1', deploymentId: 'd1' }, { code: 'ECONNREFUSED' });
    countUnanswered({ service: 'pay', cohort: 'nonsense' as 'canary' });
    const throwing = {
      get service(): string {
        throw new Error('no');
      },
    };
    for (const bad of [undefined, null, {}, { service: '' }, { service: 7 }, throwing])
      countUnanswered(bad as { service: string });
    const strange = Object.create(null) as 'canary';
    countUnanswered({ service: 'pay', pod: 'p2', cohort: strange });
    expect((await points()).map((point) => Object.values(point).join(' '))).toEqual([
      'refused pay d1 p1 1',
      '_OTHER pay 1',
      '_OTHER pay p2 1',
    ]);
  });
});

describe('targets from the environment', () => {
  const read = (value: string): [unknown[], string[]] => {
    const env = envReader({ ROLLOUTGUARD_UNANSWERED_TARGETS: value });
    return [targetsFromEnvironment(env), env.problems.map(({ message }) => message)];
  };

  test('are read', () => {
    expect(read('a.svc=a, b.svc:8080=b; cohort=preview ;deployment=d1;pod=p1,[::1]:80=c')).toEqual([
      [
        { host: 'a.svc', service: 'a' },
        { host: 'b.svc', port: 8080, service: 'b', cohort: 'canary', deploymentId: 'd1', pod: 'p1' },
        { host: '[::1]', port: 80, service: 'c' },
      ],
      [],
    ]);
  });

  test.each([
    'a',
    '=a',
    'a=',
    'a:0=a',
    'a:99999=a',
    'a:b=a',
    'a=b=c',
    'a=b;cohort=red',
    'a=b;color=red',
    'a=b;cohort',
    'http://a=b',
  ])('are reported and left out where %s is one; the others are kept, and no value is shown', (bad) => {
    const [targets, problems] = read(`x=y,${bad}`);
    expect(targets).toEqual([{ host: 'x', service: 'y' }]);
    expect(problems).toEqual([expect.stringContaining('ROLLOUTGUARD_UNANSWERED_TARGETS, entry 2,')]);
  });
});

test.each([
  [{}, 'unansweredTargets must be an array'],
  [[{ host: 'a' }], 'unansweredTargets[0].service'],
  [[{ service: 'a' }], 'unansweredTargets[0].host'],
  [[{ host: 'a', service: 'b', port: 0 }], 'unansweredTargets[0].port'],
  [[{ host: 'a', service: 'b', cohort: 'red' }], 'unansweredTargets[0].cohort'],
  [[{ host: 'a', service: 'b', hots: 'c' }], 'Did you mean host?'],
])('the option %j is refused', (unansweredTargets, message) => {
  const start = (): void => validateOptions({ unansweredTargets: unansweredTargets as [] });
  expect(start).toThrow(message.replace('unansweredTargets must', 'must'));
});

/** Puts a service under load, relabels its pod in the midst of it, and gives the service's own books beside its telemetry. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { type Family, parsePrometheusText } from '../../helpers/prometheus-text.ts';
import { type App, startApp } from '../child-app.ts';
import type { SinkLog, SinkPoint, SinkSpan } from '../otlp-records.ts';
import { type Sink, startSink } from '../otlp-sink.ts';
import { podVolume } from './pod-volume.ts';

type Tally = Readonly<Record<string, number>>;

/** What the service itself has counted. */
export interface Books {
  /** Cohort at the begin of each request, by its URL. */
  readonly began: Readonly<Record<string, string>>;
  readonly logged: Readonly<Record<string, string>>;
  readonly done: Tally;
  /** Requests that ended, whether their answer arrived or not. */
  readonly closed: Tally;
  readonly total: number;
  readonly problems: readonly unknown[];
}

export interface FlipRun {
  readonly books: Books;
  readonly spans: readonly SinkSpan[];
  readonly logs: readonly SinkLog[];
  points(metric: string): readonly SinkPoint[];
  /** One after the other. */
  readonly scrapes: readonly (readonly Family[])[];
  readonly exitCode: number | null;
}

export interface FlipOptions {
  readonly signal: AbortSignal;
  /** The labels of the pod, one after the other. */
  readonly cohorts: readonly [string, ...string[]];
  /** Requests under each of them, at least. */
  readonly requests: number;
  readonly env?: Readonly<Record<string, string>>;
}

const KEY = 'rolloutguard.cohort';
const WORKERS = 8;

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function runFlip({ signal, cohorts, requests, env = {} }: FlipOptions): Promise<FlipRun> {
  await using sink = await startSink();
  using volume = podVolume({ role: cohorts[0] });
  const scrapePort = await freePort();
  await using app = await startApp('promoted.mjs', {
    signal,
    env: { ...environment(sink, volume.labels, scrapePort), ...env },
  });
  const load = createLoad(app.port);
  const scrapes: Family[][] = [];
  const scrape = async (): Promise<void> => {
    const { text } = await get(scrapePort, '/metrics');
    scrapes.push(parsePrometheusText(text));
  };
  for (const [index, cohort] of cohorts.entries()) {
    // Under load: the swap meets requests in flight.
    if (index > 0) volume.relabel({ app: 'shop', role: cohort });
    await load.until(cohort);
    await Promise.all([load.send(requests), scrape()]);
    await scrape();
  }
  load.close();
  return { ...(await ended(app)), ...kept(sink), scrapes };
}

function environment(sink: Sink, labels: string, scrapePort: number): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRICS_EXPORTER: 'otlp,prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(scrapePort),
    OTEL_METRIC_EXPORT_INTERVAL: '50',
    // Nothing may be dropped: what is missing must be our fault.
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
    OTEL_BLRP_MAX_QUEUE_SIZE: '100000',
    ROLLOUTGUARD_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_IDENTITY_FILES: labels,
    // Only the watch can tell in time.
    ROLLOUTGUARD_COHORT_POLL_MS: '3600000',
  };
}

async function ended(app: App): Promise<{ books: Books; exitCode: number | null }> {
  app.kill('SIGTERM');
  const { code, stdout } = await app.exited;
  return { books: JSON.parse(stdout.trim().split('\n').at(-1) as string), exitCode: code };
}

function kept(sink: Sink): Pick<FlipRun, 'spans' | 'logs' | 'points'> {
  const points = sink.points();
  return {
    spans: sink.spans().filter(({ kind }) => kind === 'SERVER'),
    logs: sink.logs().filter(({ eventName }) => eventName === ''),
    points: (metric) => points.filter((point) => point.metric === metric),
  };
}

interface Load {
  /** Sends this many requests, several at a time. */
  send(requests: number): Promise<void>;
  /** Sends requests until one is answered by this cohort. */
  until(cohort: string): Promise<void>;
  close(): void;
}

/** Each request has a URL of its own, so that each span can be told from all others. */
export function createLoad(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: WORKERS });
  let next = 0;
  const one = async (): Promise<string> => (await get(port, `/work/${next++}`, agent)).text;
  return {
    async send(requests: number): Promise<void> {
      let left = requests;
      const worker = async (): Promise<void> => {
        while (left-- > 0) await one();
      };
      await Promise.all(Array.from({ length: WORKERS }, worker));
    },
    async until(cohort: string): Promise<void> {
      let found = false;
      const worker = async (): Promise<void> => {
        while (!found) found = (await one()) === cohort || found;
      };
      await Promise.all(Array.from({ length: WORKERS }, worker));
    },
    close: () => agent.destroy(),
  };
}

async function get(port: number, path: string, agent?: Agent): Promise<{ text: string }> {
  const sent = request({ host: '127.0.0.1', port, path, agent: agent ?? false }).end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { text };
}

/** Counts what the points add under each cohort: deltas as they are, totals by what they have grown. */
function credited(points: readonly SinkPoint[]): Tally {
  const sums: Record<string, number> = {};
  let before = 0;
  for (const { count, temporality, resource } of points) {
    const more = temporality === 'cumulative' ? count - before : count;
    before = count;
    const cohort = String(resource[KEY]);
    if (more !== 0) sums[cohort] = (sums[cohort] ?? 0) + more;
  }
  return sums;
}

/** Holds a run's telemetry against the books. */
export function expectRight({ books, spans, logs, points, scrapes, exitCode }: FlipRun): void {
  expect(exitCode).toBe(0);
  expect(books.problems).toEqual([]);
  const byUrl = (records: readonly [unknown, unknown][]): Record<string, unknown> => {
    expect(new Set(records.map(([url]) => url)).size).toBe(records.length);
    return Object.fromEntries(records);
  };
  expect(byUrl(spans.map(({ attributes }) => [attributes['url.path'], attributes[KEY]]))).toEqual(books.began);
  expect(byUrl(logs.map(({ body, attributes }) => [body, attributes[KEY]]))).toEqual(books.logged);

  expect(credited(points('work.done'))).toEqual(books.done);
  expect(credited(points('work.observed'))).toEqual(books.done);
  // A scrape is no request of a user's.
  expect(credited(points('http.server.request.duration'))).toEqual(books.closed);
  const levels = points('work.level').map(({ count }) => count);
  expect(new Set(levels)).toEqual(new Set([7]));

  expectScrapesRight(scrapes, books);
}

function expectScrapesRight(scrapes: FlipRun['scrapes'], books: Books): void {
  let before = 0;
  const seen: string[] = [];
  for (const families of scrapes) {
    const samples = families.flatMap((family) => family.samples);
    const cohorts = new Set(samples.map(({ labels }) => labels['rolloutguard_cohort']));
    // One cohort on all series: none is left behind under the old one.
    expect(cohorts.size).toBe(1);
    const [cohort] = cohorts;
    if (seen.at(-1) !== cohort) seen.push(String(cohort));
    const done = samples.filter(({ name }) => name === 'work_done_total');
    expect(done).toHaveLength(1);
    expect(done[0]?.value).toBeGreaterThanOrEqual(before);
    before = done[0]?.value ?? before;
  }
  // The last scrape was after the last request.
  expect(before).toBe(books.total);
  expect(new Set(seen)).toEqual(new Set(Object.keys(books.done)));
}

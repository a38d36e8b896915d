/** One measurement, and the order in which they are taken: neighbours in time are compared, since machines drift. */
import { mean, quantile } from '../figures.ts';
import { type Helpers, type Report, startService } from './processes.ts';
import type { Variant, VariantName } from './variants.ts';

/** What one process cost. */
export interface Point {
  /** CPU time of the server for one request, in microseconds, all its threads. */
  readonly cpuUs: number;
  /** The same in the quietest quarter of slices of the load: other work on the machine empties caches. */
  readonly quietCpuUs: number;
  /** Resident memory after the load, in MB. */
  readonly rssMb: number;
  /** The same after a forced garbage collection. */
  readonly rssAfterGcMb: number;
  /** Bytes that were exported. */
  readonly exportedBytes: number;
}

/** What the start of one process cost, in milliseconds until it listens. */
export interface Start {
  readonly clockMs: number;
  readonly cpuMs: number;
}

/** One round: every set-up once. */
export type Round<T> = Readonly<Partial<Record<VariantName, T>>>;

const CONNECTIONS = 10;
/** Requests between two questions for the CPU time; each slice holds two exports of spans. */
const SLICE = 1000;
const MB = 1024 * 1024;

/** Path that a service answers. */
export function pathOf(app: string): string {
  return app === 'express' || app === 'fastify' ? '/orders/7' : '/';
}

/** Starts a service, lets its code get hot, and measures the requests after that. */
export async function measureLoad(app: string, variant: Variant, requests: number, helpers: Helpers): Promise<Point> {
  const service = await startService(app, variant);
  try {
    const order = { port: service.port, path: pathOf(app), connections: CONNECTIONS };
    await helpers.load({ ...order, requests: Math.ceil(requests / 3) });
    await helpers.collected();
    const reports = [await service.report()];
    for (let sent = 0; sent < requests; sent += SLICE) {
      await helpers.load({ ...order, requests: SLICE });
      reports.push(await service.report());
    }
    const after = reports.at(-1) as Report;
    const collected = await service.report('collect garbage');
    const cpu = reports.map(({ user, system }) => user + system);
    const slices = cpu.slice(1).map((sum, index) => (sum - (cpu[index] as number)) / SLICE);
    return {
      cpuUs: mean(slices),
      quietCpuUs: quantile(slices, 0.25),
      rssMb: after.rss / MB,
      rssAfterGcMb: collected.rss / MB,
      exportedBytes: (await helpers.collected()).bytes,
    };
  } finally {
    await service.stop();
  }
}

/** Starts a service, and no more. */
export async function measureStart(app: string, variant: Variant): Promise<Start> {
  const service = await startService(app, variant);
  await service.stop();
  return { clockMs: service.startMs, cpuMs: service.startCpuMs };
}

/** Measures every set-up in each round; who comes first changes from round to round. */
export async function rounds<T>(
  count: number,
  variants: Readonly<Partial<Record<VariantName, Variant>>>,
  measure: (variant: Variant, name: VariantName) => Promise<T>,
): Promise<Round<T>[]> {
  const names = Object.keys(variants) as VariantName[];
  const all: Round<T>[] = [];
  for (let round = 0; round < count; round++) {
    const found: Partial<Record<VariantName, T>> = {};
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as VariantName;
      found[name] = await measure(variants[name] as Variant, name);
    }
    all.push(found);
  }
  return all;
}

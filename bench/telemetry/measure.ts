/** One measurement, and the order in which they are taken: neighbours in time are compared, since machines drift. */
import { mean, quantile } from '../figures.ts';
import type { LoadOrder } from './load.ts';
import { type Helpers, type Service, startService } from './processes.ts';
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
}

/** What the start of one process cost, in milliseconds until it listens. */
export interface Start {
  readonly clockMs: number;
  readonly cpuMs: number;
}

/** The set-ups that are compared. */
export type Variants = Readonly<Partial<Record<VariantName, Variant>>>;

/** One round: every set-up once. */
export type Round<T> = Readonly<Partial<Record<VariantName, T>>>;

const CONNECTIONS = 10;
/** Requests between two questions for the CPU time; each slice holds two exports of spans. */
const SLICE = 1000;
/** Requests before anything is measured. Compilers work for longer than one would think, and their time counts. */
const WARM_UP = 15_000;
const MB = 1024 * 1024;

/** Path that a service answers. */
export function pathOf(app: string): string {
  return app === 'express' || app === 'fastify' ? '/orders/7' : '/';
}

/**
 * Starts a service of each set-up, lets its code get hot, and sends to one after the other, a slice at a time: whatever else the
 * machine does then slows them down alike.
 */
export async function measureLoad(
  app: string,
  variants: Variants,
  requests: number,
  helpers: Helpers,
): Promise<Round<Point>> {
  const running: Running[] = [];
  try {
    for (const [name, variant] of Object.entries(variants) as [VariantName, Variant][]) {
      const service = await startService(app, variant);
      running.push({ name, service, slices: [] });
      await helpers.load({ ...orderFor(app, service), requests: WARM_UP });
    }
    const points: Partial<Record<VariantName, Point>> = {};
    for (let sent = 0; sent < requests; sent += SLICE) {
      for (const { service, slices } of running) {
        const before = await service.report();
        await helpers.load({ ...orderFor(app, service), requests: SLICE });
        const after = await service.report();
        slices.push((after.user + after.system - before.user - before.system) / SLICE);
      }
      // Who comes first changes.
      running.push(...running.splice(0, 1));
    }
    for (const { name, service, slices } of running) {
      const { rss } = await service.report();
      const rssAfterGc = (await service.report('collect garbage')).rss;
      points[name] = {
        cpuUs: mean(slices),
        quietCpuUs: quantile(slices, 0.25),
        rssMb: rss / MB,
        rssAfterGcMb: rssAfterGc / MB,
      };
    }
    return points;
  } finally {
    for (const { service } of running) await service.stop();
  }
}

interface Running {
  readonly name: VariantName;
  readonly service: Service;
  /** CPU time a request, in microseconds. */
  readonly slices: number[];
}

function orderFor(app: string, { port }: Service): Omit<LoadOrder, 'requests'> {
  return { port, path: pathOf(app), connections: CONNECTIONS };
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
  variants: Variants,
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

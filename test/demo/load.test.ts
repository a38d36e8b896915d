import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { arrivals, pickRoute, startLoad } from '../../examples/demo/load.ts';
import { logNormal, seededRandom, uniform } from '../../examples/demo/random.ts';
import { ROUTES } from '../../examples/demo/routes.ts';

function take(count: number, seed: number): { atMs: number; path: string }[] {
  const taken: { atMs: number; path: string }[] = [];
  for (const { atMs, route } of arrivals(120, seededRandom(seed))) {
    if (taken.push({ atMs, path: route.path }) === count) break;
  }
  return taken;
}

describe('arrivals', () => {
  test('are a Poisson process of the given rate: the gaps have the mean and the spread of an exponential', () => {
    const all = take(20_000, 7);
    const gaps = all.map(({ atMs }, index) => atMs - (all[index - 1]?.atMs ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeGreaterThan((1000 / 120) * 0.97);
    expect(mean).toBeLessThan((1000 / 120) * 1.03);
    // Evenly spaced requests would have 0 here, and queue as no crowd of users does.
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.95);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.05);
  });

  test('keep the mix of routes', () => {
    const all = take(20_000, 7);
    for (const { path, share } of ROUTES) {
      expect(Math.abs(all.filter((one) => one.path === path).length / all.length - share)).toBeLessThan(0.015);
    }
  });

  test('are the same for the same seed and others for another', () => {
    expect(take(100, 7)).toEqual(take(100, 7));
    expect(take(100, 7)).not.toEqual(take(100, 8));
  });
});

test('the shares of the routes add up to 1, and every position has a route', () => {
  expect(ROUTES.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(pickRoute(0)).toBe(ROUTES[0]);
  expect(pickRoute(1)).toBe(ROUTES.at(-1));
});

describe('seededRandom', () => {
  test('gives each stream numbers of its own', () => {
    const first = (stream: string): number => seededRandom(1, stream)();
    expect(new Set(['', 'router', 'load', 'shop-v1-a', 'shop-v1-b'].map(first)).size).toBe(5);
  });

  test('uniform stays inside its range, and a log-normal has the median it was given', () => {
    const random = seededRandom(3);
    const times = Array.from({ length: 5_000 }, () => uniform(random, 5, 15));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...times)).toBeLessThan(15);
    const works = Array.from({ length: 5_001 }, () => logNormal(random, 40, 0.4)).sort((a, b) => a - b);
    expect(works[2_500]).toBeGreaterThan(38);
    expect(works[2_500]).toBeLessThan(42);
    // 2.33 standard deviations up: 40 x e^(2.33 x 0.4) is about 101 ms.
    expect(works[4_950]).toBeGreaterThan(90);
    expect(works[4_950]).toBeLessThan(115);
  });
});

describe('startLoad', () => {
  test('is open-loop: it goes on asking a server that answers nobody', async () => {
    let asked = 0;
    let enough = (): void => {};
    const hundred = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const server = createServer(() => {
      asked += 1;
      if (asked === 100) enough();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stop = new AbortController();
    const { port } = server.address() as { port: number };
    const load = startLoad({ port, requestsPerSecond: 2_000, random: seededRandom(1), signal: stop.signal });
    await hundred;
    stop.abort();
    await load.ended;
    await new Promise((closed) => server.close(closed));
    expect(load.users).toEqual({ canary: { answers: 0, bad: 0 }, stable: { answers: 0, bad: 0 } });
  });

  test('counts answers and bad answers by who was asked', async () => {
    let asked = 0;
    let enough = (): void => {};
    const answered = new Promise<void>((resolve) => {
      enough = resolve;
    });
    // Four answers in turn: canary good, canary bad, stable good, stable good.
    const server = createServer((_request, response) => {
      const turn = asked % 4;
      asked += 1;
      response.on('finish', () => asked >= 40 && enough());
      response.writeHead(turn === 1 ? 502 : 200, { 'x-demo-cohort': turn < 2 ? 'canary' : 'stable' }).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const stop = new AbortController();
    const { port } = server.address() as { port: number };
    const load = startLoad({ port, requestsPerSecond: 500, random: seededRandom(1), signal: stop.signal });
    await answered;
    stop.abort();
    await load.ended;
    await new Promise((closed) => server.close(closed));
    const { canary, stable } = load.users;
    expect(canary.answers).toBeGreaterThan(15);
    expect(canary.bad / canary.answers).toBeCloseTo(0.5, 1);
    expect(stable).toEqual({ answers: stable.answers, bad: 0 });
  });
});

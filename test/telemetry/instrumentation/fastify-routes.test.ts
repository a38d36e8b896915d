import { channel } from 'node:diagnostics_channel';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type RPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startFastifyRoutes } from '../../../src/telemetry/instrumentation/fastify-routes.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

/** Returns what ends it; the end of the test does so in any case. */
function start(): () => void {
  let stop = (): void => {};
  startFastifyRoutes({
    peers: loadPeers(),
    onStop: (undo) => {
      stop = undo;
    },
  });
  onTestFinished(() => stop());
  return () => stop();
}

/** Asks for a path as the HTTP instrumentation would have it, and returns the route that it learns. */
async function routeOf(app: FastifyInstance, url: string, headers = {}): Promise<string | undefined> {
  // Else the request would wait for the start of the app, and run in the context of that.
  await app.ready();
  const metadata = { type: RPCType.HTTP } as RPCMetadata;
  await context.with(setRPCMetadata(ROOT_CONTEXT, metadata), async () => await app.inject({ url, headers }));
  return metadata.route;
}

describe('routes of Fastify', () => {
  test('come with the prefix of their plugin, without the values of their parameters', async () => {
    start();
    const app = Fastify();
    app.register(async (inner) => void inner.get('/items/:id', async () => 'item'), { prefix: '/api' });
    expect(await routeOf(app, '/api/items/7')).toBe('/api/items/:id');
  });

  test('a request that a hook or a handler refuses has its route as well: its errors count under it', async () => {
    start();
    const app = Fastify();
    app.addHook('onRequest', async (request) => {
      if (request.headers['x-deny'] !== undefined) throw new Error('denied');
    });
    app.get('/items/:id', async () => {
      throw new Error('broken');
    });
    expect(await routeOf(app, '/items/1', { 'x-deny': '1' })).toBe('/items/:id');
    expect(await routeOf(app, '/items/2')).toBe('/items/:id');
  });

  test('a request without a route has none: paths that scanners try do not become series', async () => {
    start();
    const app = Fastify();
    app.get('/ok', async () => 'ok');
    expect(await routeOf(app, '/wp-login.php')).toBeUndefined();
  });

  test('requests outside of any trace are served, and answers stay as they are', async () => {
    start();
    const app = Fastify();
    app.get('/ok', async () => 'ok');
    expect((await app.inject('/ok')).body).toBe('ok');
    expect((await app.inject('/missing')).statusCode).toBe(404);
  });

  test('ends with telemetry', async () => {
    const stop = start();
    expect(channel('fastify.initialization').hasSubscribers).toBe(true);
    stop();
    expect(channel('fastify.initialization').hasSubscribers).toBe(false);
  });

  test('a message of another shape on the channel harms nobody', () => {
    start();
    for (const message of [undefined, null, {}, { fastify: null }, { fastify: { addHook: 1 } }])
      expect(() => channel('fastify.initialization').publish(message)).not.toThrow();
  });
});

/** Three real services in a row: what the ones behind know of the ones before them. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type App, startApp } from '../telemetry/child-app.ts';
import { type Sink, startSink } from '../telemetry/otlp-sink.ts';

interface Chain {
  readonly sink: Sink;
  readonly front: App;
  /** Headers that the third party got. */
  readonly heard: IncomingHttpHeaders[];
}

/** edge (canary) -> shop (stable) -> stock (stable), and shop also asks a third party. */
async function startChain(signal: AbortSignal, propagate: boolean): Promise<Chain> {
  const heard: IncomingHttpHeaders[] = [];
  const thirdParty = createServer((request, response) => {
    heard.push(request.headers);
    response.end();
  });
  thirdParty.listen(0, '127.0.0.1');
  await once(thirdParty, 'listening');
  onTestFinished(() => void thirdParty.close());
  const sink = await startSink();
  onTestFinished(() => sink[Symbol.asyncDispose]());

  const start = async (name: string, cohort: string, env: Record<string, string>): Promise<App> => {
    const app = await startApp('chain.mjs', {
      signal,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_BSP_SCHEDULE_DELAY: '50',
        OTEL_SERVICE_NAME: name,
        ROLLOUTGUARD_DEPLOYMENT_ID: `${name}-1`,
        ROLLOUTGUARD_COHORT: cohort,
        ...env,
      },
    });
    onTestFinished(() => app[Symbol.asyncDispose]());
    return app;
  };
  const before = (app: App): Record<string, string> => ({
    NEXT: `http://127.0.0.1:${app.port}`,
    ...(propagate && { ROLLOUTGUARD_PROPAGATE_TO: `127.0.0.1:${app.port}` }),
  });
  const stock = await start('stock', 'stable', {});
  const { port } = thirdParty.address() as AddressInfo;
  const shop = await start('shop', 'stable', { ...before(stock), THIRD_PARTY: `http://127.0.0.1:${port}/` });
  const front = await start('edge', 'canary', before(shop));
  return { sink, front, heard };
}

/** What the spans that serve requests of this service say of their callers, and of whose deployment they are. */
function served({ sink }: Chain, service: string): Record<string, unknown>[] {
  return sink
    .spans()
    .filter(({ kind, resource }) => kind === 'SERVER' && resource['service.name'] === service)
    .map(({ attributes, resource }) => ({
      own: resource['deployment.id'],
      service: attributes['rolloutguard.caller.service'],
      deployment: attributes['rolloutguard.caller.deployment.id'],
      cohort: attributes['rolloutguard.caller.cohort'],
    }));
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('each service knows the one that called it, and no other', () => {
  test('with baggage', async ({ signal }) => {
    const chain = await startChain(signal, true);
    await chain.front.get('/');
    // edge calls shop twice, by fetch and by http.get; so does shop stock, for each of the two.
    await chain.sink.until(() => served(chain, 'stock').length === 4 && served(chain, 'shop').length === 2);
    const edge = { own: 'shop-1', service: 'edge', deployment: 'edge-1', cohort: 'canary' };
    const shop = { own: 'stock-1', service: 'shop', deployment: 'shop-1', cohort: 'stable' };
    expect(served(chain, 'shop')).toEqual(times(2, edge));
    expect(served(chain, 'stock')).toEqual(times(4, shop));
    await chain.sink.until(() => served(chain, 'edge').length === 1);
    expect(served(chain, 'edge')).toEqual([{ own: 'edge-1' }]);

    await chain.front.get('/promote');
    await chain.front.get('/');
    await chain.sink.until(() => served(chain, 'shop').length === 4);
    expect(served(chain, 'shop').slice(2)).toEqual(times(2, { ...edge, cohort: 'stable' }));
    expect(chain.heard).toHaveLength(4);
    for (const headers of chain.heard) {
      expect(headers['traceparent']).toBeDefined();
      expect(headers['baggage']).toBeUndefined();
    }
  });

  test('without it nobody says a word', async ({ signal }) => {
    const chain = await startChain(signal, false);
    await chain.front.get('/');
    await chain.sink.until(() => served(chain, 'stock').length === 4 && served(chain, 'shop').length === 2);
    expect(served(chain, 'shop')).toEqual(times(2, { own: 'shop-1' }));
    expect(served(chain, 'stock')).toEqual(times(4, { own: 'stock-1' }));
    expect(chain.heard.map(({ baggage }) => baggage)).toEqual(times(2, undefined));
  });
});

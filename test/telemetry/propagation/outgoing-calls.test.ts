/** Real calls from a real process: who is told which deployment calls, and who is not. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../child-app.ts';
import { startSink } from '../otlp-sink.ts';

interface Seen {
  readonly path: string;
  readonly baggage: string | undefined;
}

interface Neighbour extends AsyncDisposable {
  readonly port: number;
  readonly seen: Seen[];
}

/** Keeps what it is told. `/redirect` sends callers on to `elsewhere`. */
async function startNeighbour(server: Server, elsewhere: () => number): Promise<Neighbour> {
  const seen: Seen[] = [];
  const note = ({ url = '', method, headers }: IncomingMessage): void => {
    seen.push({ path: method === 'CONNECT' ? 'CONNECT' : url, baggage: headers['baggage'] as string | undefined });
  };
  server.on('connect', (request, socket) => {
    note(request);
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  server.on('request', (request, response) => {
    note(request);
    const to = /^\/redirect\?to=(.+)$/.exec(request.url ?? '')?.[1];
    if (to !== undefined) response.writeHead(302, { location: `http://127.0.0.1:${elsewhere()}/${to}` });
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose](): Promise<void> {
      server.close();
      server.closeAllConnections();
    },
  };
}

function tlsServer(): Server {
  const key = Buffer.alloc(16, 7);
  return createTlsServer({ pskCallback: () => key, ciphers: 'PSK+HIGH:@SECLEVEL=0', maxVersion: 'TLSv1.2' });
}

const OWN = [
  'rolloutguard.caller.service=shop%20front',
  'rolloutguard.caller.deployment.id=deploy-7',
  'rolloutguard.caller.cohort=canary',
].join(',');

/** What the service's own caller claims. It goes no further. */
const CALLERS = 'rolloutguard.caller.service=edge,rolloutguard.caller.cohort=stable';

describe.each(['always_on', 'always_off'])('sampler %s', (sampler) => {
  let friend: Seen[] = [];
  let stranger: Seen[] = [];
  let statuses: (number | string)[] = [];
  let printed = '';

  beforeAll(async () => {
    await using sink = await startSink();
    await using strangers = await startNeighbour(createServer(), () => 0);
    await using friends = await startNeighbour(createServer(), () => strangers.port);
    await using tlsStrangers = await startNeighbour(tlsServer(), () => 0);
    await using tlsFriends = await startNeighbour(tlsServer(), () => 0);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_SERVICE_NAME: 'shop front',
      ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
      ROLLOUTGUARD_COHORT: 'canary',
      ROLLOUTGUARD_PROPAGATE_TO: `127.0.0.1:${friends.port}, 127.0.0.1:${tlsFriends.port}`,
      FRIEND: String(friends.port),
      STRANGER: String(strangers.port),
      TLS_FRIEND: String(tlsFriends.port),
      TLS_STRANGER: String(tlsStrangers.port),
    };
    await using app = await startApp('gateway.mjs', { signal: AbortSignal.timeout(60_000), env });
    for (const path of ['/', '/gateway']) {
      const response = await fetch(`http://127.0.0.1:${app.port}${path}`, {
        headers: { baggage: `tenant=7;p=1,${CALLERS}`, connection: 'close' },
      });
      const text = await response.text();
      statuses = [...statuses, response.status === 200 ? 200 : text];
    }
    app.kill('SIGKILL');
    printed = (await app.exited).stdout;
    friend = [...friends.seen, ...tlsFriends.seen];
    stranger = [...strangers.seen, ...tlsStrangers.seen];
  });

  function baggageOf(seen: Seen[], path: string): (string | undefined)[] {
    return seen.filter((request) => request.path === path).map(({ baggage }) => baggage);
  }

  test('all calls were made', () => {
    expect(statuses).toEqual([200, 200]);
    expect(printed).not.toContain('leaked');
  });

  test.each(['/http.request', '/http.get', '/fetch', '/undici'])(
    '%s: the friend is told, beside the baggage of the app',
    (path) => {
      expect(baggageOf(friend, path)).toEqual([`tenant=7;p=1,${OWN}`, `tenant=7;p=1,${OWN}`]);
      expect(baggageOf(stranger, path)).toEqual(['tenant=7;p=1', 'tenant=7;p=1']);
    },
  );

  test('the same over TLS', () => {
    expect(baggageOf(friend, '/https')).toEqual([`tenant=7;p=1,${OWN}`]);
    expect(baggageOf(stranger, '/https')).toEqual(['tenant=7;p=1']);
  });

  test('a stranger is told nothing, whatever way a request takes to it, nor is a friend that passes it on', () => {
    expect(stranger.filter(({ baggage }) => baggage?.includes('rolloutguard'))).toEqual([]);
    expect(stranger.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/redirected-by-hand', '/redirected-by-fetch', '/redirected-by-undici', '/lie']),
    );
    const passedOn = [
      '/host-header',
      'http://stranger.example/proxied',
      'http://stranger.example/proxied-by-undici',
      'CONNECT',
    ];
    for (const path of passedOn) expect([path, ...baggageOf(friend, path)]).toEqual([path, 'tenant=7;p=1']);
  });

  test('a gateway that passes headers on does not pass on what its callers said of themselves', () => {
    for (const way of ['http', 'fetch', 'undici']) {
      const [heard] = baggageOf(friend, `/gateway.${way}`);
      expect(heard).toContain('tenant=7;p=1');
      expect(heard).toContain(OWN);
      expect(heard).not.toContain('edge');
      expect(heard?.match(/caller\.service/g)).toHaveLength(1);
      expect(baggageOf(stranger, `/gateway.${way}`)[0]).not.toContain('rolloutguard');
    }
  });
});

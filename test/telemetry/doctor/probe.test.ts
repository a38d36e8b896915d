import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAnswer } from '../../../src/telemetry/doctor/answer.ts';
import type { Destination } from '../../../src/telemetry/doctor/destinations.ts';
import { type ProbeOptions, type ProbeResult, probe } from '../../../src/telemetry/doctor/probe.ts';
import { startSink } from '../otlp-sink.ts';

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function to(url: string, more: Partial<Destination> = {}): Destination {
  return { signals: ['traces'], url, protocol: 'http/protobuf', headers: {}, ...more };
}

async function tried(
  server: Server,
  more: Partial<Destination> = {},
  options: ProbeOptions = {},
): Promise<ProbeResult> {
  const port = await listening(server);
  return probe(to(`http://127.0.0.1:${port}/v1/traces`, more), options);
}

const answering = (status: number, headers: Record<string, string> = {}): Server =>
  createHttp((_request, response) => void response.writeHead(status, headers).end('body'));

describe('a collector over HTTP', () => {
  test.each([
    ['http/protobuf', 0],
    ['http/json', 2],
  ] as const)('gets one empty request in %s', async (protocol, length) => {
    let seen: IncomingMessage | undefined;
    const server = createHttp((request: IncomingMessage, response: ServerResponse) => {
      seen = request;
      response.end();
    });
    const headers = { 'x-api-key': 'k', host: 'evil', 'bad\r\nname': 'x', bad: 'a\r\nb: c' };
    const result = await tried(server, { protocol, headers });
    expect(result).toMatchObject({ outcome: 'answered', status: 200, clockSkewMs: expect.any(Number) });
    expect([seen?.method, seen?.url]).toEqual(['POST', '/v1/traces']);
    expect(seen?.headers).toMatchObject({ 'x-api-key': 'k', 'content-length': String(length) });
    expect(seen?.headers['host']).not.toBe('evil');
    expect(Object.keys(seen?.headers ?? {})).not.toContain('bad');
  });

  test('takes the empty request and counts nothing', async () => {
    await using sink = await startSink();
    expect(await probe(to(`${sink.url}/v1/traces`, { protocol: 'http/json' }))).toMatchObject({ status: 200 });
    expect(sink.requests.map(({ path, body }) => [path, body.toString()])).toEqual([['/v1/traces', '{}']]);
  });

  test('user and password of the address are sent as exporters send them', async () => {
    let authorization: string | undefined;
    const server = createHttp((request, response) => {
      authorization = request.headers.authorization;
      response.end();
    });
    const port = await listening(server);
    await probe(to(`http://me:p%40ss@127.0.0.1:${port}/`));
    expect(authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  test.each([301, 400, 401, 404, 405, 415, 503])('status %i is told', async (status) => {
    expect(await tried(answering(status, { date: 'never' }))).toEqual({
      outcome: 'answered',
      status,
      clockSkewMs: null,
    });
  });

  test('the clock of the collector is compared with ours', async () => {
    const date = 'Mon, 23 Nov 2026 09:00:00 GMT';
    const result = await tried(answering(200, { date }), {}, { now: () => Date.parse(date) + 60_500 });
    expect(result).toEqual({ outcome: 'answered', status: 200, clockSkewMs: -60_000 });
  });
});

describe('what is no collector', () => {
  test('nobody listens', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    const result = await probe(to(`http://127.0.0.1:${port}/`));
    expect(result).toEqual({ outcome: 'failed', phase: 'connect', code: 'ECONNREFUSED' });
  });

  test('a server of gRPC answers HTTP/2', async () => {
    expect(await tried(createHttp2() as unknown as Server)).toEqual({ outcome: 'foreign', speaks: 'http2' });
  });

  test('a server that wants TLS', async () => {
    const alert = Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, 70]);
    expect(await tried(createServer((socket) => void socket.end(alert)))).toEqual({
      outcome: 'foreign',
      speaks: 'tls',
    });
    const says = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
    expect(await tried(createServer((socket) => void socket.end(says)))).toEqual({ outcome: 'foreign', speaks: 'tls' });
  });

  test('a server without TLS, asked by https', async () => {
    const port = await listening(answering(200));
    const result = await probe(to(`https://127.0.0.1:${port}/`));
    expect(result).toMatchObject({ outcome: 'failed', phase: 'tls', code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
  });

  test('one that hangs up, and one that speaks another language', async () => {
    expect(await tried(createServer((socket) => void socket.end()))).toEqual({
      outcome: 'failed',
      phase: 'http',
      code: 'CLOSED',
    });
    expect(await tried(createServer((socket) => void socket.end('SSH-2.0-x\r\n')))).toEqual({
      outcome: 'foreign',
      speaks: 'unknown',
    });
  });

  test('one that never stops talking is not listened to for ever', async () => {
    const server = createServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`);
    });
    expect(await tried(server)).toMatchObject({ outcome: 'answered', status: 200 });
  });
});

describe('limits', () => {
  test('one that never answers costs the deadline', async () => {
    let expire = (): void => expect.fail('no timer');
    const set = (callback: () => void): void => {
      expire = callback;
    };
    const timers = { set, clear: (): void => {} };
    const server = createServer((socket) => socket.once('data', () => expire()));
    expect(await tried(server, {}, { timers })).toEqual({ outcome: 'timeout', phase: 'http' });
  });

  test('a signal calls it off, before and while it runs', async () => {
    const abort = new AbortController();
    const server = createServer((socket) => socket.once('data', () => abort.abort()));
    expect(await tried(server, {}, { signal: abort.signal })).toEqual({ outcome: 'skipped' });
    expect(await probe(to('http://127.0.0.1:1/'), { signal: abort.signal })).toEqual({ outcome: 'skipped' });
  });

  test('of gRPC only the connection is tried', async () => {
    const port = await listening(createServer());
    expect(await probe(to(`127.0.0.1:${port}`, { protocol: 'grpc' }))).toEqual({ outcome: 'connected' });
  });

  test.each(['', 'ftp://x', 'http://', 'nonsense', 'unix:/run/x'])('%j is not tried', async (url) => {
    expect(await probe(to(url))).toEqual({ outcome: 'skipped' });
  });
});

test('whatever is answered is read without a failure', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.boolean(), (bytes, http, complete) => {
      const answer = readAnswer(Buffer.concat([Buffer.from(http ? 'HTTP/1.1 ' : ''), bytes]), complete, 0);
      if (answer?.outcome === 'answered') expect(answer.status).toBeLessThan(1_000);
      if (complete && http) expect(answer).not.toBeNull();
    }),
  );
});

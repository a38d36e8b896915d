import { type EventEmitter, once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from '../../../src/adapters/otlp/index.ts';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { encodeJson, encodeProtobuf } from './support/encode.ts';
import { answered, asText, at, exportOf } from './support/exports.ts';
import { type Answer, JSON_TYPE, messageOf, PROTOBUF_TYPE, post } from './support/http.ts';

const MIB = 1024 * 1024;
const CANARY = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
const EXPORT = exportOf(CANARY, answered([{ from: 0, to: 8, count: 5, status: 500 }]));
const QUERY = { service: 'api', deploymentId: 'd1', fromMs: at(0), toMs: at(60), intervalMs: 10_000 };

const running: OtlpReceiver[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((receiver) => receiver.close()));
});

/** A receiver on a free port whose clock stands at second 9. */
async function start(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver & { clock: { seconds: number } }> {
  const clock = { seconds: 0 };
  const receiver = await startOtlpReceiver({ port: 0, now: () => at(clock.seconds), ...options });
  clock.seconds = 9;
  running.push(receiver);
  return { ...receiver, clock };
}

/** The intervals as short text, asked for when all of them are closed. */
async function counted(receiver: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  receiver.clock.seconds = 60;
  const { intervals } = await receiver.getTelemetry(QUERY, { signal: AbortSignal.timeout(1000) });
  return intervals.map(asText);
}

function sendMetrics(
  receiver: OtlpReceiver,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return post(`${receiver.url}/v1/metrics`, body, { 'content-type': JSON_TYPE, ...headers });
}

/** Resolves when a connection is closed, gently or not. */
function closed(connection: EventEmitter): Promise<void> {
  connection.on('error', () => undefined);
  return new Promise((resolve) => {
    connection.once('close', () => resolve());
  });
}

describe('an export', () => {
  test.each([
    ['JSON', encodeJson(EXPORT), { 'content-type': JSON_TYPE }, '{}'],
    ['JSON with a charset', encodeJson(EXPORT), { 'content-type': 'application/json; charset=utf-8' }, '{}'],
    ['protobuf', encodeProtobuf(EXPORT), { 'content-type': PROTOBUF_TYPE }, ''],
    ['JSON in gzip', gzipSync(encodeJson(EXPORT)), { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' }, '{}'],
    [
      'protobuf in gzip',
      gzipSync(encodeProtobuf(EXPORT)),
      { 'content-type': PROTOBUF_TYPE, 'content-encoding': 'GZIP' },
      '',
    ],
    ['with encoding identity', encodeJson(EXPORT), { 'content-type': JSON_TYPE, 'content-encoding': 'identity' }, '{}'],
  ])('in %s is taken, and answered in its own format', async (_name, body, headers, expected) => {
    const receiver = await start();
    const answer = await post(`${receiver.url}/v1/metrics`, body, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(headers['content-type'].split(';')[0]);
    expect(answer.body.toString()).toBe(expected);
    expect(await counted(receiver)).toEqual(['canary c1 0-10 5/5']);
    expect(receiver.stats()).toMatchObject({ exports: 1, refused: 0, points: 1 });
  });

  test('of which points were lost says how many and why, in both formats', async () => {
    const receiver = await start();
    const partly = exportOf(
      CANARY,
      answered([
        { from: 0, to: 8, count: 5 },
        { from: 0, to: 8, count: 5, route: '/bad', buckets: [1, 1] },
        { from: 0, to: 9000, count: 5, route: '/ahead' },
      ]),
    );
    const inJson = await sendMetrics(receiver, encodeJson(partly));
    expect(inJson.status).toBe(200);
    expect(JSON.parse(inJson.body.toString())).toEqual({
      partialSuccess: { rejectedDataPoints: '2', errorMessage: 'dropped points: clockSkew 1, malformed 1' },
    });
    const inProtobuf = await sendMetrics(receiver, encodeProtobuf(partly), { 'content-type': PROTOBUF_TYPE });
    const message = 'dropped points: duplicate 1, clockSkew 1, malformed 1';
    // partial_success (1) { rejected_data_points (1): 2, error_message (2): ... }
    const inner = Buffer.concat([Buffer.from([0x08, 2, 0x12, message.length]), Buffer.from(message)]);
    expect(inProtobuf.body).toEqual(Buffer.concat([Buffer.from([0x0a, inner.length]), inner]));
  });

  test('that is sent again is a full success, and counts once', async () => {
    const receiver = await start();
    await sendMetrics(receiver, encodeJson(EXPORT));
    const again = await sendMetrics(receiver, encodeJson(EXPORT));
    expect([again.status, again.body.toString()]).toEqual([200, '{}']);
    expect(await counted(receiver)).toEqual(['canary c1 0-10 5/5']);
    expect(receiver.stats().dropped.duplicate).toBe(1);
  });

  test.each(['/v1/traces', '/v1/logs'])('to %s is welcome, but not kept', async (path) => {
    const receiver = await start();
    const json = await post(`${receiver.url}${path}`, 'x'.repeat(100_000), { 'content-type': JSON_TYPE });
    expect([json.status, json.body.toString()]).toEqual([200, '{}']);
    const protobuf = await post(`${receiver.url}${path}?a=b`, Buffer.alloc(10), { 'content-type': PROTOBUF_TYPE });
    expect([protobuf.status, protobuf.body.length]).toEqual([200, 0]);
    expect(receiver.stats()).toMatchObject({ exports: 0, points: 0 });
  });
});

describe('a bad request', () => {
  const protobuf = encodeProtobuf(EXPORT);
  const gzip = gzipSync(encodeJson(EXPORT));
  test.each([
    ['broken JSON', 400, '{"resourceMetrics":', { 'content-type': JSON_TYPE }, 'malformed'],
    ['an empty JSON body', 400, '', { 'content-type': JSON_TYPE }, 'malformed'],
    [
      'a truncated protobuf body',
      400,
      protobuf.subarray(0, -3),
      { 'content-type': PROTOBUF_TYPE },
      'middle of a field',
    ],
    ['JSON called protobuf', 400, encodeJson(EXPORT), { 'content-type': PROTOBUF_TYPE }, 'malformed'],
    [
      'no gzip at all',
      400,
      encodeJson(EXPORT),
      { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' },
      'gzip data is broken',
    ],
    [
      'truncated gzip',
      400,
      gzip.subarray(0, -5),
      { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' },
      'gzip data is broken',
    ],
    ['another content type', 415, protobuf, { 'content-type': 'text/plain' }, 'Unknown content type'],
    ['no content type', 415, protobuf, {}, 'Unknown content type'],
    [
      'another encoding',
      415,
      protobuf,
      { 'content-type': PROTOBUF_TYPE, 'content-encoding': 'br' },
      'content encoding',
    ],
  ])('%s: %i', async (_name, status, body, headers, message) => {
    const receiver = await start();
    await sendMetrics(receiver, encodeJson(EXPORT));
    const answer = await post(`${receiver.url}/v1/metrics`, body, headers);
    expect(answer.status).toBe(status);
    const sent = (headers as Record<string, string>)['content-type'];
    expect(answer.headers['content-type']).toBe(sent === PROTOBUF_TYPE ? PROTOBUF_TYPE : JSON_TYPE);
    expect(messageOf(answer)).toContain(message);
    expect(await counted(receiver)).toEqual(['canary c1 0-10 5/5']);
    expect(receiver.stats()).toMatchObject({ exports: 1, refused: 1 });
    const { problems } = await receiver.getTelemetry(QUERY, { signal: AbortSignal.timeout(1000) });
    expect(problems).toEqual([
      { source: 'otlp', code: 'MALFORMED_BODY', message: '1 export could not be read and was refused', atMs: at(9) },
    ]);
  });

  test('to another path: 404', async () => {
    const receiver = await start();
    for (const path of ['/', '/v1/metrics/', '/v1/profiles', '//v1/metrics']) {
      const answer = await post(`${receiver.url}${path}`, encodeJson(EXPORT), { 'content-type': JSON_TYPE });
      expect(answer.status, path).toBe(404);
      expect(messageOf(answer)).toContain('/v1/metrics');
    }
    expect(receiver.stats()).toMatchObject({ exports: 0, refused: 0 });
  });

  test('by another method: 405, with the right one', async () => {
    const receiver = await start();
    const answer = await post(`${receiver.url}/v1/metrics`, '', {}, { method: 'GET' });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('does not cost the connection when its body is small', async () => {
    const receiver = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (const path of ['/nowhere', '/v1/metrics', '/nowhere', '/v1/metrics']) {
      const answer = await post(`${receiver.url}${path}`, encodeJson(EXPORT), { 'content-type': JSON_TYPE }, { agent });
      expect(answer.headers.connection).toBe('keep-alive');
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([404, 200, 404, 200]);
    agent.destroy();
  });

  test('that is not HTTP at all does no harm', async () => {
    const receiver = await start();
    const socket = connect(receiver.port, '127.0.0.1');
    socket.resume().end('\u0016\u0003\u0001nonsense\r\n\r\n');
    await closed(socket);
    expect((await sendMetrics(receiver, encodeJson(EXPORT))).status).toBe(200);
  });
});

describe('a body that is too large', () => {
  test('is refused by its declared length before any of it is read', async () => {
    const receiver = await start({ maxBodyBytes: 1000 });
    const headers = { 'content-type': PROTOBUF_TYPE, 'content-length': 100 * MIB };
    const outgoing = request(`${receiver.url}/v1/metrics`, { method: 'POST', headers, agent: false });
    const done = closed(outgoing);
    outgoing.flushHeaders();
    const [response] = (await once(outgoing, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
    outgoing.destroy();
    await done;
  });

  test('of 100 MB without a declared length is refused while it is being sent, and the connection is cut', async () => {
    const receiver = await start();
    const chunk = Buffer.alloc(MIB);
    const outgoing = request(`${receiver.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE, 'transfer-encoding': 'chunked' },
      agent: false,
    });
    const done = closed(outgoing);
    let answer: { statusCode?: number | undefined; headers: object } | undefined;
    let wake = (): void => undefined;
    outgoing.on('drain', () => wake());
    outgoing.on('response', (response) => {
      answer = response;
      response.resume();
      wake();
    });
    let sent = 0;
    while (sent < 100 * MIB && answer === undefined) {
      sent += chunk.length;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!outgoing.write(chunk)) await woken;
    }
    expect(answer).toMatchObject({ statusCode: 413, headers: { connection: 'close' } });
    expect(sent).toBeLessThan(50 * MIB);
    await done;
    expect(receiver.stats()).toMatchObject({ exports: 0, refused: 1 });
  });

  test('is neither read nor waited for: a client that goes on sending is stopped, answered and cut off', async () => {
    const receiver = await start();
    const socket = connect(receiver.port, '127.0.0.1');
    const done = closed(socket);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.write(
      `POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-type: ${JSON_TYPE}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB), Buffer.from('\r\n')]);
    let taken = 0;
    const push = (): void => {
      socket.write(chunk, (error) => {
        if (error) return;
        taken += chunk.length;
        push();
      });
    };
    push();
    await done;
    expect(answer).toMatch(/^HTTP\/1.1 413 .*connection: close.*larger than 4194304 bytes/is);
    // What it had to take to know that it is too much, and what lay in the buffers of the connection.
    expect(taken).toBeLessThan(30 * MIB);
  });

  test('after decompression is refused, and its gigabytes are never made', async () => {
    // Members of a gzip file are simply joined: 4 MB that say they are 4 GB.
    const member = gzipSync(Buffer.alloc(16 * MIB));
    const bomb = Buffer.concat(Array<Buffer>(Math.floor((4 * MIB) / member.length)).fill(member));
    const receiver = await start();
    const before = process.memoryUsage().rss;
    const answer = await sendMetrics(receiver, bomb, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
    expect((await sendMetrics(receiver, encodeJson(EXPORT))).status).toBe(200);
  });

  test('is measured by both limits', async () => {
    const body = encodeJson(EXPORT);
    const receiver = await start({ maxBodyBytes: body.length, maxDecompressedBytes: body.length - 1 });
    expect((await sendMetrics(receiver, body)).status).toBe(200);
    expect((await sendMetrics(receiver, Buffer.concat([body, Buffer.from(' ')]))).status).toBe(413);
    expect((await sendMetrics(receiver, gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(413);
  });
});

test('a connection that is cut in the middle of a body leaves no trace', async () => {
  const receiver = await start();
  const body = encodeProtobuf(EXPORT);
  const socket = connect(receiver.port, '127.0.0.1');
  const head = `POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-type: ${PROTOBUF_TYPE}\r\ncontent-length: ${body.length}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, body.length - 1)]));
  await once(socket, 'connect');
  socket.destroy();
  await closed(socket);
  expect((await sendMetrics(receiver, encodeJson({ resources: [] }))).status).toBe(200);
  expect(await counted(receiver)).toEqual([]);
  expect(receiver.stats()).toMatchObject({ exports: 1, refused: 0, points: 0 });
});

describe('as a metrics client', () => {
  test('rejects with the reason of an aborted signal', async () => {
    const receiver = await start();
    const reason = new Error('deadline');
    await expect(receiver.getTelemetry(QUERY, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('rejects a query that it cannot answer', async () => {
    const receiver = await start();
    const asked = receiver.getTelemetry({ ...QUERY, intervalMs: 7 }, { signal: AbortSignal.timeout(1000) });
    await expect(asked).rejects.toSatisfy((error) => isRolloutGuardError(error, 'INVALID_REQUEST'));
  });

  test('knows when it began to watch: totals from before are history', async () => {
    const receiver = await start();
    await sendMetrics(
      receiver,
      encodeJson(exportOf(CANARY, answered([{ from: -60, to: 8, count: 900 }], 'cumulative'))),
    );
    expect(await counted(receiver)).toEqual([]);
  });
});

describe('starting', () => {
  test('on a port in use fails with the port and the mend', async () => {
    const receiver = await start();
    const error = await startOtlpReceiver({ port: receiver.port }).then(
      () => expect.unreachable(),
      (reason: unknown) => reason,
    );
    expect(isRolloutGuardError(error, 'INVALID_OPTION')).toBe(true);
    expect(String(error)).toContain(
      `port in use at options.port (got ${receiver.port}). Another program listens there`,
    );
    expect((error as Error).cause).toMatchObject({ code: 'EADDRINUSE' });
  });

  test('on a host that is not of this computer fails with the host', async () => {
    await expect(startOtlpReceiver({ host: '192.0.2.1', port: 0 })).rejects.toThrow(
      /cannot listen at options.host.*192\.0\.2\.1/,
    );
  });

  test('listens on 127.0.0.1 unless told otherwise', async () => {
    expect((await start()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test.each([
    [{ port: -1 }, 'options.port'],
    [{ port: 70_000 }, 'options.port'],
    [{ host: '' }, 'options.host'],
    [{ maxBodyBytes: 0 }, 'options.maxBodyBytes'],
    [{ maxDecompressedBytes: 0.5 }, 'options.maxDecompressedBytes'],
    [{ now: 5 }, 'options.now'],
    [{ intervalMs: -1 }, 'options.intervalMs'],
    [{ prot: 4318 }, 'options.prot'],
  ])('refuses the options %j', async (options, path) => {
    await expect(startOtlpReceiver(options as OtlpReceiverOptions)).rejects.toThrow(path);
  });
});

describe('closing', () => {
  test('cuts idle and busy connections, frees the port, and can be repeated', async () => {
    const receiver = await start();
    const agent = new Agent({ keepAlive: true });
    await post(`${receiver.url}/v1/metrics`, encodeJson(EXPORT), { 'content-type': JSON_TYPE }, { agent });
    const busy = connect(receiver.port, '127.0.0.1');
    // Being cut may look like a reset from this side; what counts is that it ends.
    busy.on('error', () => {});
    busy.write('POST /v1/metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n');
    await once(busy, 'connect');
    busy.resume();
    await Promise.all([receiver.close(), closed(busy)]);
    await receiver.close();
    agent.destroy();
    const probe = createServer().listen(receiver.port, '127.0.0.1');
    await once(probe, 'listening');
    expect((probe.address() as AddressInfo).port).toBe(receiver.port);
    probe.close();
    await once(probe, 'close');
  });

  test('leaves what was received to be asked for', async () => {
    const receiver = await start();
    await sendMetrics(receiver, encodeJson(EXPORT));
    await receiver.close();
    expect(await counted(receiver)).toEqual(['canary c1 0-10 5/5']);
  });
});

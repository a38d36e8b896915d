import { once } from 'node:events';
import { Agent, createServer, type RequestListener, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../examples/demo/random.ts';
import { createRouter, type Router, type Target } from '../../examples/demo/router.ts';

let unanswered: Target[];
let nowMs: number;
let router: Router;
let servers: { close(): unknown; closeAllConnections?(): void }[];
let agent: Agent;

beforeEach(async () => {
  unanswered = [];
  nowMs = 1_000_000;
  router = createRouter({
    random: seededRandom(1),
    now: () => nowMs,
    answerWithinMs: 200,
    onUnanswered: (target) => unanswered.push(target),
  });
  servers = [router.server];
  agent = new Agent({ keepAlive: true });
  await listening(router.server);
});

afterEach(() => {
  agent.destroy();
  router.close();
  for (const server of servers) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listening(server: { listen(port: number, host: string): unknown; address(): unknown }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  return (server.address() as { port: number }).port;
}

async function target(cohort: Target['cohort'], pod: string, answer: RequestListener): Promise<Target> {
  const server = createServer(answer);
  servers.push(server);
  return { cohort, pod, port: await listening(server) };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(path = '/', body?: string): Promise<Answer> {
  const port = (router.server.address() as { port: number }).port;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, path, method: body === undefined ? 'GET' : 'POST' });
    outgoing.on('error', reject).end(body);
    outgoing.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
  });
}

const says =
  (text: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status).end(text);
  };

describe('createRouter', () => {
  test('respects the weights, and takes the instances of a cohort in turn', async () => {
    const pods = ['a', 'b', 'c'];
    router.setTargets([
      ...(await Promise.all(pods.map((pod) => target('stable', pod, says(`stable ${pod}`))))),
      await target('canary', 'x', says('canary x')),
      await target('canary', 'y', says('canary y')),
    ]);
    router.setCanaryWeight(20);
    const seen: Record<string, number> = {};
    for (let i = 0; i < 1000; i += 1) {
      const { body } = await ask();
      seen[body] = (seen[body] ?? 0) + 1;
    }
    const canary = seen['canary x']! + seen['canary y']!;
    // Four standard deviations of a binomial of 1000 at 20 %: about 50.
    expect(canary).toBeGreaterThan(150);
    expect(canary).toBeLessThan(250);
    expect(Math.abs(seen['canary x']! - seen['canary y']!)).toBeLessThanOrEqual(1);
    const stable = pods.map((pod) => seen[`stable ${pod}`]!);
    expect(Math.max(...stable) - Math.min(...stable)).toBeLessThanOrEqual(1);
    expect(router.observedCanaryShare()).toBeCloseTo(canary / 1000, 10);
    expect(unanswered).toEqual([]);
  });

  test('passes on method, path, body, status and headers, and says who was asked', async () => {
    const echo: RequestListener = async (incoming, response) => {
      let body = '';
      for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
      response.writeHead(418, { 'x-own': 'yes' }).end(`${incoming.method} ${incoming.url} ${body}`);
    };
    router.setTargets([await target('stable', 'a', echo)]);
    const answer = await ask('/checkout?sku=1', '{"count":2}');
    expect(answer).toMatchObject({ status: 418, body: 'POST /checkout?sku=1 {"count":2}' });
    expect(answer.headers).toMatchObject({ 'x-own': 'yes', 'x-demo-cohort': 'stable' });
  });

  test('with weight 0 nothing reaches the canary, and what is observed follows within a second', async () => {
    router.setTargets([await target('stable', 'a', says('stable')), await target('canary', 'x', says('canary'))]);
    router.setCanaryWeight(100);
    for (let i = 0; i < 20; i += 1) expect((await ask()).body).toBe('canary');
    expect(router.observedCanaryShare()).toBe(1);

    router.setCanaryWeight(0);
    // The weight alone is not an observation: the last second still had requests to the canary.
    expect(router.observedCanaryShare()).toBe(1);
    nowMs += 500;
    for (let i = 0; i < 20; i += 1) expect((await ask()).body).toBe('stable');
    expect(router.observedCanaryShare()).toBe(0.5);
    nowMs += 500;
    expect(router.observedCanaryShare()).toBe(0);
  });

  test('counts a refused connection as unanswered, by target', async () => {
    const dead = await target('canary', 'x', says('never'));
    await new Promise((closed) => (servers.at(-1) as Server).close(closed));
    router.setTargets([dead, await target('stable', 'a', says('stable'))]);
    router.setCanaryWeight(100);
    expect(await ask()).toMatchObject({ status: 502, headers: { 'x-demo-cohort': 'canary' } });
    expect(unanswered).toEqual([dead]);
  });

  test('counts a connection that breaks before the answer, and one that stays silent', async () => {
    const resets = createTcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    servers.push(resets);
    const breaking: Target = { cohort: 'canary', pod: 'breaks', port: await listening(resets) };
    const silent = await target('canary', 'silent', () => {});
    router.setCanaryWeight(100);

    router.setTargets([breaking]);
    expect((await ask()).status).toBe(502);
    router.setTargets([silent]);
    expect((await ask()).status).toBe(502);
    expect(unanswered).toEqual([breaking, silent]);
  });

  test('does not count an answer of status 500, nor one that breaks off after its start: the target reports those', async () => {
    const halfway: RequestListener = (incoming, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => incoming.socket.resetAndDestroy());
    };
    router.setTargets([await target('stable', 'a', says('no', 500))]);
    expect((await ask()).status).toBe(500);
    router.setTargets([await target('stable', 'b', halfway)]);
    await expect(ask()).rejects.toThrow();
    expect(unanswered).toEqual([]);
  });

  test('does not count a user who went away, and stops working for them', async () => {
    let started = (): void => {};
    let dropped = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      started = resolve;
    });
    const end = new Promise<void>((resolve) => {
      dropped = resolve;
    });
    const waits: RequestListener = (incoming) => {
      started();
      incoming.socket.on('close', () => dropped());
    };
    router.setTargets([await target('canary', 'x', waits)]);
    router.setCanaryWeight(100);
    const user = connect((router.server.address() as { port: number }).port, '127.0.0.1');
    user.write('GET / HTTP/1.1\r\nhost: shop\r\n\r\n');
    await arrival;
    user.destroy();
    await end;
    expect(unanswered).toEqual([]);
  });

  test('answers 503 when a cohort has no instance', async () => {
    expect((await ask()).status).toBe(503);
  });

  test.each([-1, 101, Number.NaN])('refuses the weight %s', (percent) => {
    expect(() => router.setCanaryWeight(percent)).toThrow(RangeError);
  });
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { required, serveParent } from './child.ts';
import { logNormal, seededRandom } from './random.ts';
import { ROUTES, type Route } from './routes.ts';
import type { VersionFault } from './scenarios.ts';

/**
 * The shop, version 1 and version 2 alike. There is not a word of telemetry in it: all that is reported comes from
 * `node --import rolloutguard/register service.ts`. Work is waited for, not computed, so that two cores suffice.
 *
 * What is wrong with version 2 is chosen by the scenario, and begins when the demo says so.
 */
const random = seededRandom(Number(required('DEMO_SEED')), required('DEMO_NAME'));
const stockUrl = `http://127.0.0.1:${required('DEMO_DEPENDENCY_PORT')}/stock`;
/** No service is perfect: this share fails in both versions. */
const BASE_ERROR_SHARE = 0.001;
let fault: VersionFault | null = null;

const server = createServer((request, response) => {
  handle(request, response).catch((error: Error) => answer(response, 500, { error: error.message }));
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Like a process that the kernel kills for the memory it takes: no answer, no last telemetry.
  if (fault === 'down') process.kill(process.pid, 'SIGKILL');

  const route = ROUTES.find(({ method, path }) => method === request.method && path === request.url);
  if (route === undefined) return answer(response, 404, { error: 'no such page' });

  const stock = await fetch(stockUrl, { signal: AbortSignal.timeout(2_000) });
  await stock.arrayBuffer();
  if (!stock.ok) return answer(response, 502, { error: 'the stock service is unavailable' });

  await sleep(workMs(route));
  if (fails(route)) return answer(response, 500, { error: 'an unexpected state' });
  answer(response, 200, { page: route.path });
}

function workMs(route: Route): number {
  const usualMs = logNormal(random, route.medianMs, 0.4);
  // A query without its index: fine for most customers, very slow for those with many orders.
  return fault === 'latency' && random() < 0.15 ? usualMs * 8 : usualMs;
}

function fails(route: Route): boolean {
  if (random() < BASE_ERROR_SHARE) return true;
  return fault === 'errors' && route.path === '/checkout' && random() < 0.6;
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

serveParent(server, 0, {
  fault: (input: { fault: VersionFault | null }) => {
    fault = input.fault;
  },
});

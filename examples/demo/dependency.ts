import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { required, serveParent } from './child.ts';
import { logNormal, seededRandom } from './random.ts';

/**
 * The stock service, on which both versions of the shop depend. Somebody else runs it, so it reports no telemetry here:
 * what the engine learns of its failures, it learns from the shop.
 */
const random = seededRandom(Number(required('DEMO_SEED')), 'dependency');
const FAILED_SHARE = 0.6;
const MEDIAN_MS = 4;
let failing = false;

const server = createServer(async (_request, response) => {
  await sleep(logNormal(random, MEDIAN_MS, 0.4));
  const fails = failing && random() < FAILED_SHARE;
  response.writeHead(fails ? 503 : 200, { 'content-type': 'application/json' });
  response.end(fails ? '{"error":"no database connection"}' : '{"inStock":true}');
});

serveParent(server, 0, {
  fault: (input: { on: boolean }) => {
    failing = input.on;
  },
});

/**
 * A service that says in code which deployment and cohort it is, and is promoted while it runs.
 *
 * This file is two programs: the service, and whoever judges it. An OTLP receiver stands for the collector. Without code
 * `node --import rolloutguard/register app.js` starts the same telemetry.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOtlpReceiver } from 'rolloutguard/otlp';
import { defineBusinessMetric, startDeploymentTelemetry } from 'rolloutguard/telemetry';

const [endpoint] = process.argv.slice(2);
await (endpoint === undefined ? judge() : serve(endpoint));

async function serve(endpoint: string): Promise<void> {
  const telemetry = startDeploymentTelemetry({
    serviceName: 'shop',
    serviceVersion: '2.1.0',
    deploymentId: 'deploy-42',
    cohort: 'canary', // in a pod: from its labels, which are followed
    export: { endpoint, metricIntervalMs: 500 },
    onCohortChange: ({ previous, current }) => console.log(`promoted: ${previous} -> ${current}`),
  });
  const checkouts = defineBusinessMetric('checkout_completion', { type: 'ratio' });
  const server = createServer((request, response) => {
    checkouts.record(request.url !== '/checkout?card=refused');
    response.end();
  }).listen(0);
  await once(server, 'listening');

  const { port } = server.address() as AddressInfo;
  const visit = async (times: number, query = ''): Promise<void> => {
    for (let i = 0; i < times; i++) await (await fetch(`http://localhost:${port}/checkout${query}`)).text();
  };
  await visit(24);
  await visit(6, '?card=refused');
  await telemetry.cohort.set('stable');
  await visit(10);
  server.close();
  server.closeIdleConnections();
  await telemetry.shutdown(); // exports the rest; an app that ends by itself needs no such call
}

async function judge(): Promise<void> {
  const intervalMs = 1000;
  const receiver = await startOtlpReceiver({ port: 0, intervalMs });
  const fromMs = Date.now() - 2 * intervalMs;
  const [code] = await once(fork(import.meta.filename, [receiver.url]), 'exit');
  if (code !== 0) throw new Error(`the service ended with ${code}`);

  const none = { requests: 0, checkouts: 0, refused: 0 };
  let seen = { canary: none, stable: none };
  while (seen.canary.requests + seen.stable.requests < 40) {
    await sleep(100); // an interval closes when nothing more can come
    const query = { service: 'shop', deploymentId: 'deploy-42', fromMs, toMs: Date.now(), intervalMs };
    const { intervals } = await receiver.getTelemetry(query, { signal: AbortSignal.timeout(5000) });
    seen = { canary: { ...none }, stable: { ...none } };
    for (const { cohort, requests, measures } of intervals) {
      const sum = cohort === 'canary' ? seen.canary : seen.stable;
      const paid = measures?.['checkout_completion'];
      sum.requests += requests;
      if (paid?.type !== 'ratio') continue;
      sum.checkouts += paid.total;
      sum.refused += paid.bad;
    }
  }
  await receiver.close();
  console.log(seen);
}

import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { startOtlpReceiver } from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import { at, T0 } from './support/exports.ts';
import { JSON_TYPE, PROTOBUF_TYPE, post } from './support/http.ts';
import { BOUNDS, POINTS, SoakSender } from './support/soak-sender.ts';

const SENDERS = 20;
const INTERVALS = 5;
const EXPORTS_PER_INTERVAL = 50;

/** What happens to whom, at its n-th export. */
const EVENTS = {
  restart: { senders: [0, 1, 2], atExport: 120 },
  flip: { senders: [3, 4, 5, 6], atExport: 130 },
  /** The acknowledgement is lost after the export was taken: it is sent again. */
  lostAnswer: { senders: [7, 8, 9], everyExport: 7 },
  /** The connection is cut before the answer; nobody knows whether the export was taken. It is sent again. */
  cutConnection: { senders: [10, 11, 2], everyExport: 25 },
};

test('5,000 exports of 50 points from 20 concurrent senders: nothing is lost, nothing is counted twice', async () => {
  let clock = at(0);
  const receiver = await startOtlpReceiver({ port: 0, now: () => clock });
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const url = `${receiver.url}/v1/metrics`;
  const senders = Array.from(
    { length: SENDERS },
    (_, i) =>
      new SoakSender({
        pod: `pod-${i}`,
        format: i % 5 === 4 ? 'json' : 'protobuf',
        temporality: i % 2 === 0 ? 'cumulative' : 'delta',
        cohort: i < 8 ? 'canary' : 'stable',
      }),
  );
  let repeats = 0;
  let cuts = 0;

  async function send(
    sender: SoakSender,
    index: number,
    n: number,
    seconds: number,
    intervalEnd: number,
  ): Promise<void> {
    if (EVENTS.restart.senders.includes(index) && n === EVENTS.restart.atExport) sender.restart(seconds - 0.1);
    if (EVENTS.flip.senders.includes(index) && n === EVENTS.flip.atExport) sender.flip();
    const body = sender.next(seconds, intervalEnd);
    const headers = { 'content-type': sender.plan.format === 'json' ? JSON_TYPE : PROTOBUF_TYPE };
    if (EVENTS.cutConnection.senders.includes(index) && n % EVENTS.cutConnection.everyExport === 0) {
      await sendAndHangUp(url, body, headers);
      cuts += 1;
    }
    const times = EVENTS.lostAnswer.senders.includes(index) && n % EVENTS.lostAnswer.everyExport === 0 ? 2 : 1;
    repeats += times - 1;
    for (let i = 0; i < times; i++) {
      const { status, body: answer } = await post(url, body, headers, { agent });
      if (status !== 200 || answer.length > 2) throw new Error(`${sender.plan.pod}, export ${n}: ${status} ${answer}`);
    }
  }

  for (let interval = 0; interval < INTERVALS; interval++) {
    // All senders are busy at once; between intervals they meet, as they do in real time.
    clock = at(10 * interval + 9.95);
    await Promise.all(
      senders.map(async (sender, index) => {
        for (let n = 0; n < EXPORTS_PER_INTERVAL; n++) {
          const seconds = 10 * interval + ((n + 1) * 9.9) / EXPORTS_PER_INTERVAL;
          await send(sender, index, interval * EXPORTS_PER_INTERVAL + n, seconds, 10 * (interval + 1));
        }
      }),
    );
  }
  clock = at(10 * INTERVALS + 60);
  const query = { service: 'api', deploymentId: 'd1', fromMs: T0, toMs: clock, intervalMs: 10_000 };
  const telemetry = await receiver.getTelemetry(query, { signal: AbortSignal.timeout(1000) });
  const stats = receiver.stats();
  agent.destroy();
  await receiver.close();

  validateTelemetry(telemetry);
  const expected = senders
    .flatMap(({ plan, sent }) =>
      [...sent].map(([key, { requests, errors, buckets }]) => {
        const [cohort, end] = key.split(' ') as [string, string];
        const latency = { type: 'explicit', unit: 's', upperBounds: BOUNDS, counts: buckets };
        const endMs = at(Number(end));
        return { startMs: endMs - 10_000, endMs, cohort, pod: plan.pod, requests, errors, latency };
      }),
    )
    .sort((a, b) => a.startMs - b.startMs || compare(a.cohort, b.cohort) || compare(a.pod, b.pod));
  expect(telemetry.intervals).toEqual(expected);
  expect(telemetry.problems).toBeUndefined();
  const sentPoints = SENDERS * INTERVALS * EXPORTS_PER_INTERVAL * POINTS;
  expect(sentPoints).toBe(250_000);
  expect(stats).toMatchObject({ points: sentPoints, refused: 0 });
  // Every export that was answered twice was known the second time. Of those whose connection was cut, any may have arrived.
  const known = stats.dropped.duplicate + stats.dropped.outOfOrder;
  expect(known).toBeGreaterThanOrEqual(repeats * POINTS);
  expect(known).toBeLessThanOrEqual((repeats + cuts) * POINTS);
}, 60_000);

/** Sends a whole export and cuts the connection without waiting for the answer. */
function sendAndHangUp(url: string, body: Buffer, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'POST', agent: false, headers });
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve());
    outgoing.on('finish', () => outgoing.destroy());
    outgoing.end(body);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

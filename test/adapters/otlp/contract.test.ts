import { afterEach, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../../src/adapters/otlp/index.ts';
import { metricsClientContract } from '../../../src/testing/contracts.ts';
import { encodeProtobuf } from './support/encode.ts';
import { answered, at, exportOf, unanswered } from './support/exports.ts';
import { PROTOBUF_TYPE, post } from './support/http.ts';

const running: OtlpReceiver[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((receiver) => receiver.close()));
});

metricsClientContract({
  test,
  async create() {
    let seconds = 0;
    const receiver = await startOtlpReceiver({ port: 0, now: () => at(seconds) });
    running.push(receiver);
    for (seconds = 8; seconds < 120; seconds += 10) {
      const [from, to] = [seconds - 10, seconds];
      const canary = { pod: 'c1', cohort: 'canary', deploymentId: 'd1' };
      const points = [
        { from, to, count: 90 },
        { from, to, count: 10, status: 500 },
      ];
      const payloads = [
        exportOf({ pod: 's1', cohort: 'stable', deploymentId: 'd0' }, answered(points)),
        exportOf({ service: 'proxy', pod: 'x' }, unanswered(canary, [{ from, to, count: 1 }])),
        ...(seconds > 60 ? [exportOf(canary, answered(points))] : []),
      ];
      for (const payload of payloads) {
        await post(`${receiver.url}/v1/metrics`, encodeProtobuf(payload), { 'content-type': PROTOBUF_TYPE });
      }
    }
    // 115 s: the last interval is still open, the contract must not get to see it.
    seconds = 115;
    const query = { service: 'api', deploymentId: 'd1', fromMs: at(-20), toMs: at(115), intervalMs: 10_000 };
    return { client: receiver, query };
  },
});

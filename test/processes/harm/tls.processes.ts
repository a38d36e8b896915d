import { expect, test } from 'vitest';
import { SINK_CERTIFICATE, startSink } from '../../telemetry/otlp-sink.ts';
import { ENDINGS, type Ending, end } from '../shutdown/endings.ts';
import { exportingTo } from '../shutdown/exporting.ts';

test.concurrent.for(['SIGTERM, no handler', 'uncaughtException'])(
  'a collector with a certificate of its own gets all, also at the end: %s',
  async (name, { signal }) => {
    await using sink = await startSink({ tls: true });
    const ending = ENDINGS.find((candidate) => candidate.name === name) as Ending;
    const env = { ...exportingTo(sink, 5_000), OTEL_EXPORTER_OTLP_CERTIFICATE: SINK_CERTIFICATE };
    expect((await end(ending, { env, signal })).stderr).not.toContain('rolloutguard');
    expect(sink.spans()).toHaveLength(ending.spans as number);
    expect([sink.points().length > 0, sink.logs().length > 0]).toEqual([true, true]);
  },
);

import { describe, expect, test } from 'vitest';
import { NODE } from '../../telemetry/child-app.ts';
import { type SinkMode, startSink } from '../../telemetry/otlp-sink.ts';
import { ENDINGS, type Ending, end } from './endings.ts';
import { exportingTo } from './exporting.ts';

/** What is left of Node's report: the error and the version. */
const withoutFrames = (text: string): string => text.match(/^(?:\w*Error: |Node\.js).*$/gm)?.join('\n') ?? '';

/** A frame of Node 22's own, where anything follows asynchronous calls. */
const withoutTrampoline = (text: string): string => text.replaceAll(/^ +at process\.callbackTrampoline .*\n/gm, '');

/** Start-up, on a machine that has other things to do; not part of what is promised. */
const SLACK_MS = 10_000;

/** On other releases of Node than the pinned one the worst of them is enough: what differs there is not the exporter. */
const BAD: readonly SinkMode[] = NODE === process.execPath ? ['hang', '503', 'refused', 'reset'] : ['hang'];

describe.concurrent.for(ENDINGS)('$name', (ending) => {
  const code = ending.code ?? ending.bare;

  test('without telemetry', async ({ signal }) => {
    const exit = await end(ending, { imports: [], signal });
    expect(exit.signal ?? exit.code).toBe(ending.bare);
  });

  test('all arrives, and the exit and stderr are as without telemetry', async ({ signal }) => {
    await using sink = await startSink();
    const bare = await end(ending, { imports: [], signal });
    const exit = await end(ending, { env: exportingTo(sink, 5_000), signal });
    const told = ending.frames ? withoutFrames : withoutTrampoline;
    expect({ code: exit.code, signal: exit.signal, stderr: told(exit.stderr) }).toEqual({
      code,
      signal: null,
      stderr: told(bare.stderr),
    });
    expect(exit.stdout.replace(/^\d+\n/, '')).toBe(bare.stdout.replace(/^\d+\n/, ''));
    if (ending.spans === undefined) return;
    // One request of a crash is the one that crashes.
    expect(sink.spans().map(({ name }) => name)).toHaveLength(ending.spans);
    expect([sink.points().length > 0, sink.logs().length > 0]).toEqual([ending.rest ?? true, ending.rest ?? true]);
  });

  test.for(BAD)('a collector that is bad: %s', async (mode, { signal }) => {
    await using sink = await startSink({ mode });
    const exit = await end(ending, { env: exportingTo(sink, 400), signal });
    expect({ code: exit.code, signal: exit.signal }).toEqual({ code: ending.cut ?? code, signal: null });
    expect(exit.ms).toBeLessThan(400 + SLACK_MS);
  });
});

test('by default an export gives up before the deadline, so that nothing is cut off', async ({ signal }) => {
  await using sink = await startSink({ mode: 'hang' });
  const { OTEL_EXPORTER_OTLP_ENDPOINT } = exportingTo(sink, 5_000) as { OTEL_EXPORTER_OTLP_ENDPOINT: string };
  const ending = ENDINGS.find(({ bare }) => bare === 13) as Ending;
  const exit = await end(ending, { env: { OTEL_EXPORTER_OTLP_ENDPOINT, ROLLOUTGUARD_LOG_LEVEL: 'none' }, signal });
  expect(exit.code).toBe(13);
});

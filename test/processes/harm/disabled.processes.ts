import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScript } from '../../telemetry/child-app.ts';
import { startSink } from '../../telemetry/otlp-sink.ts';
import { ENDINGS, end } from '../shutdown/endings.ts';
import { exportingTo } from '../shutdown/exporting.ts';

const UNTOUCHED = fileURLToPath(new URL('../fixtures/untouched.mjs', import.meta.url));

describe.concurrent('OTEL_SDK_DISABLED=true', () => {
  test('leaves no listener, no timer, no patched function and no package behind', async ({ signal }) => {
    const env = { OTEL_SDK_DISABLED: 'true', ROLLOUTGUARD_COHORT: 'canary', ROLLOUTGUARD_CRASH_SPANS: 'true' };
    const bare = await runScript(UNTOUCHED, { signal, imports: [] });
    const ours = await runScript(UNTOUCHED, { signal, env });
    expect(ours).toEqual(bare);
    expect(JSON.parse(bare.stdout).listeners).toEqual(expect.arrayContaining([0]));
    // The same look at an app with telemetry finds what it looks for.
    const on = JSON.parse((await runScript(UNTOUCHED, { signal, env: { ROLLOUTGUARD_COHORT: 'canary' } })).stdout);
    expect(on.wrapped).toEqual([true, true, true]);
    expect(on.listeners).not.toEqual(JSON.parse(bare.stdout).listeners);
    expect(on.loaded).toBeGreaterThan(0);
  });

  test.for(ENDINGS)('$name: as without telemetry, the signal included', async (ending, { signal }) => {
    await using sink = await startSink();
    const exit = await end(ending, { env: { ...exportingTo(sink, 5_000), OTEL_SDK_DISABLED: 'true' }, signal });
    expect(exit.signal ?? exit.code).toBe(ending.bare);
    expect(sink.requests).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import type { TelemetryDiagnosis } from '../../../src/telemetry/doctor/diagnosis.ts';
import { followUp } from '../../../src/telemetry/doctor/follow-up.ts';
import type { LogLevel } from '../../../src/telemetry/doctor/log-level.ts';
import type { RunningTelemetry } from '../../../src/telemetry/doctor/started.ts';

const FINDINGS = [
  { code: 'ENDPOINT_REFUSED', severity: 'error', message: 'nobody listens', mend: 'start it' },
  { code: 'BAD_SETTING', severity: 'warning', message: 'told before', mend: '' },
  { code: 'PROXY_NOT_USED', severity: 'info', message: 'a proxy', mend: '' },
] as const;

interface Run {
  readonly lines: readonly string[];
  pass(): void;
  stop(): void;
  found(findings: readonly object[]): Promise<void>;
  fail(): void;
  isCancelled(): boolean;
}

/** Runs a follow-up by hand: time passes when `pass` is called, the examination ends when `found` is. */
function run(level: LogLevel): Run {
  const lines: string[] = [];
  const stops: (() => void)[] = [];
  let pass = (): void => {};
  let cancelled = false;
  let resolve = (_diagnosis: TelemetryDiagnosis): void => {};
  let reject = (_error: Error): void => {};
  const examined = new Promise<TelemetryDiagnosis>((fulfil, refuse) => {
    [resolve, reject] = [fulfil, refuse];
  });
  const inside = { onStop: (stop: () => void) => void stops.push(stop) } as unknown as RunningTelemetry;
  followUp(inside, level, new Set(['BAD_SETTING']), (line) => lines.push(line), {
    later: (callback) => {
      pass = callback;
      return () => {
        cancelled = true;
      };
    },
    diagnose: (_signal, seams) => {
      expect(seams).toEqual({ background: true, walk: false });
      return examined;
    },
    now: () => new Date(0),
  });
  return {
    lines,
    pass: () => pass(),
    stop: () => stops.forEach((stop) => void stop()),
    found: async (findings: readonly object[]) => {
      resolve({ findings } as TelemetryDiagnosis);
      await examined;
    },
    fail: () => reject(new Error('hunter2')),
    isCancelled: () => cancelled,
  };
}

describe('a while after the start', () => {
  test('what was not said yet is one line', async () => {
    const up = run('info');
    up.pass();
    await up.found(FINDINGS);
    expect(up.lines.map((line) => JSON.parse(line))).toEqual([
      {
        event: 'rolloutguard.telemetry.diagnosis',
        time: '1970-01-01T00:00:00.000Z',
        codes: ['ENDPOINT_REFUSED'],
        findings: [{ code: 'ENDPOINT_REFUSED', severity: 'error', message: 'nobody listens' }],
      },
    ]);
  });

  test('at debug what is only worth knowing is said, too', async () => {
    const up = run('debug');
    up.pass();
    await up.found(FINDINGS);
    expect(JSON.parse(up.lines[0] as string).codes).toEqual(['ENDPOINT_REFUSED', 'PROXY_NOT_USED']);
  });

  test('nothing new is no line', async () => {
    const up = run('info');
    up.pass();
    await up.found(FINDINGS.slice(1));
    expect(up.lines).toEqual([]);
  });

  test('the end of telemetry ends it, before and while it runs', async () => {
    const early = run('info');
    early.stop();
    expect(early.isCancelled()).toBe(true);
    const late = run('info');
    late.pass();
    late.stop();
    await late.found(FINDINGS);
    expect(late.lines).toEqual([]);
  });

  test('an examination that fails is silent', async () => {
    const up = run('info');
    up.pass();
    up.fail();
    await expect(up.found([])).rejects.toThrow('hunter2');
    expect(up.lines).toEqual([]);
  });

  test('a thousand findings are a short line', async () => {
    const up = run('info');
    up.pass();
    await up.found(Array.from({ length: 1_000 }, () => ({ ...FINDINGS[0], message: 'x'.repeat(900) })));
    expect(up.lines[0]?.length).toBeLessThanOrEqual(8_193);
    expect(JSON.parse(up.lines[0] as string)).toMatchObject({ truncated: true });
  });
});

/** What turns out only after the start, such as a collector that cannot be reached: one more line, or none. */

import type { DiagnoseSeams } from './diagnose.ts';
import type { TelemetryDiagnosis } from './diagnosis.ts';
import { jsonLine } from './json-line.ts';
import { type LogLevel, says } from './log-level.ts';
import type { RunningTelemetry } from './started.ts';

/** The app comes first: until then it has loaded what it needs, and a short script is over. */
const DELAY_MS = 1_000;

/** Longest line, in characters. */
const MAX_LENGTH = 8_192;

/** How many findings the line has at most. */
const MAX_FINDINGS = 20;

/** What the follow-up needs from outside. */
export interface FollowUpSeams {
  /** Calls back after a while, unless the process ends before; returns what calls it off. */
  readonly later: (callback: () => void, ms: number) => () => void;
  readonly diagnose: (signal: AbortSignal, seams: DiagnoseSeams) => Promise<TelemetryDiagnosis>;
  readonly now: () => Date;
}

const REAL: FollowUpSeams = {
  later: (callback, ms) => {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
  // Loaded when it is needed: most processes never say this much.
  diagnose: async (signal, seams) => (await import('./diagnose.ts')).diagnose({ signal }, seams),
  now: () => new Date(),
};

/**
 * Examines the running telemetry a while after the start, and writes a line if something is wrong that was not said yet.
 * Never throws, keeps no process alive, and ends with telemetry.
 *
 * @param said - codes that the start has told already.
 */
export function followUp(
  inside: RunningTelemetry,
  level: LogLevel,
  said: ReadonlySet<string>,
  write: (line: string) => void,
  { later, diagnose, now }: FollowUpSeams = REAL,
): void {
  const ended = new AbortController();
  const cancel = later(() => {
    diagnose(ended.signal, { background: true, walk: false })
      .then(({ findings }) => {
        const news = findings.filter(
          ({ code, severity }) => !said.has(code) && (severity !== 'info' || says(level, 'debug')),
        );
        if (news.length === 0 || ended.signal.aborted) return;
        const shown = news.slice(0, MAX_FINDINGS).map(({ code, severity, message }) => ({ code, severity, message }));
        const fields = {
          event: 'rolloutguard.telemetry.diagnosis',
          time: now().toISOString(),
          codes: shown.map(({ code }) => code),
          findings: shown,
        };
        write(`${jsonLine(fields, MAX_LENGTH, ['findings'])}\n`);
      })
      .catch(() => {});
  }, DELAY_MS);
  inside.onStop(() => {
    cancel();
    ended.abort();
  });
}

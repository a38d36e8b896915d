/**
 * The SDK's own diagnostics, asked for by OTEL_LOG_LEVEL.
 *
 * OpenTelemetry's console logger writes some levels to stdout, where an app may write its data, and prints URLs and
 * answers of the collector as they are. This one writes to stderr, a line each, without credentials, and does not repeat
 * itself: with a collector that is down the same error comes for every batch.
 */
import { writeSync } from 'node:fs';
import type { DiagLogFunction, DiagLogger } from '@opentelemetry/api';
import type { Peers } from '../packages/peers.ts';
import { redactedText, secretsOf } from './redact.ts';
import type { TelemetrySettings } from './settings.ts';

/** Where lines go and what time it is. */
export interface DiagnosticsSeams {
  /** @defaultValue writes to stderr, and gives up where that is closed */
  readonly write?: (line: string) => void;
  /** Milliseconds. @defaultValue `performance.now` */
  readonly now?: () => number;
}

/** Enough for the head of a span; a batch of 512 of them helps nobody. */
const LONGEST_LINE = 2_000;
const LONGEST_READ = 32 * LONGEST_LINE;
const QUIET_MS = 60_000;
/** Different errors that are remembered at a time. */
const MOST_REMEMBERED = 64;

/** Installs the diagnostics that the settings ask for. */
export function startDiagnostics(peers: Peers, settings: TelemetrySettings, seams: DiagnosticsSeams = {}): void {
  if (settings.logLevel === undefined) return;
  const { diag } = peers('@opentelemetry/api');
  const level = peers('@opentelemetry/core').diagLogLevelFromString(settings.logLevel);
  if (level === undefined) return;
  diag.setLogger(diagnosticsLogger(settings, seams), { logLevel: level, suppressOverrideMessage: true });
}

/** Makes the logger. An error or a warning that was shown within the last minute is counted and not shown again. */
function diagnosticsLogger(
  { traces, metrics, logs, zipkinUrl }: Pick<TelemetrySettings, 'traces' | 'metrics' | 'logs' | 'zipkinUrl'>,
  { write = toStderr, now = () => performance.now() }: DiagnosticsSeams = {},
): DiagLogger {
  const destinations = [traces, metrics, logs, { url: zipkinUrl, headers: {} }];
  const secrets = secretsOf(destinations.filter((destination) => destination !== null));
  const shown = new Map<string, { atMs: number; hidden: number }>();
  const show = (level: string, args: unknown[]): void => {
    // Cut after the secrets are out: half of one would not be found.
    const text = redactedText(textOf(args).slice(0, LONGEST_READ), secrets).slice(0, LONGEST_LINE);
    write(`OpenTelemetry ${level}: ${text}\n`);
  };
  const once =
    (level: string): DiagLogFunction =>
    (...args) => {
      const key = `${level} ${textOf(args).slice(0, LONGEST_LINE)}`;
      const last = shown.get(key);
      if (last !== undefined && now() - last.atMs < QUIET_MS) {
        last.hidden += 1;
        return;
      }
      shown.delete(key);
      shown.set(key, { atMs: now(), hidden: 0 });
      if (shown.size > MOST_REMEMBERED) shown.delete(shown.keys().next().value as string);
      show(level, last === undefined || last.hidden === 0 ? args : [...args, `(${last.hidden} more of these before)`]);
    };
  const always =
    (level: string): DiagLogFunction =>
    (...args) =>
      show(level, args);
  return {
    error: once('error'),
    warn: once('warn'),
    info: always('info'),
    debug: always('debug'),
    verbose: always('verbose'),
  };
}

/** An object of the app's may throw when it is looked at. */
function textOf(args: readonly unknown[]): string {
  try {
    // Loaded only here: it is needed only where something went wrong.
    return process.getBuiltinModule('node:util').format(...args);
  } catch {
    return '[a message that cannot be shown]';
  }
}

/** Not `process.stderr`: on a pipe that was closed its error would end the app. */
function toStderr(line: string): void {
  try {
    writeSync(process.stderr.fd, line);
  } catch {}
}

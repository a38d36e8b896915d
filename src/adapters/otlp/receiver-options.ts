/** Options of the receiver and of its store, with their defaults. */
import { OptionCheck } from '../../options.ts';

/** Options of `createIntervalStore`. */
export interface IntervalStoreOptions {
  /** Length of an interval in milliseconds, a whole number. Intervals are aligned to Unix time. @defaultValue 10_000 */
  intervalMs?: number;
  /** How often senders export, in milliseconds. @defaultValue `intervalMs` */
  exportPeriodMs?: number;
  /** How long intervals are kept, in milliseconds. At least ten intervals. @defaultValue 6 hours, or ten intervals if those are longer */
  retentionMs?: number;
  /** Most series (one metric of one pod with one set of attributes) that are followed at a time; points of others are dropped and reported. @defaultValue 20_000 */
  maxSeries?: number;
}

/** Options of `startOtlpReceiver`. */
export interface OtlpReceiverOptions extends IntervalStoreOptions {
  /** Address to listen on. Anyone who reaches it can send telemetry, so open it with care. @defaultValue '127.0.0.1' */
  host?: string;
  /** Port to listen on; 0 takes any free one. @defaultValue 4318 */
  port?: number;
  /** Largest body in bytes as sent, compressed or not. @defaultValue 4 MiB */
  maxBodyBytes?: number;
  /** Largest body in bytes after decompression. @defaultValue four times `maxBodyBytes` */
  maxDecompressedBytes?: number;
  /** The time, Unix milliseconds. @defaultValue Date.now */
  now?: () => number;
}

const STORE_KEYS = ['intervalMs', 'exportPeriodMs', 'retentionMs', 'maxSeries'] as const;
const RECEIVER_KEYS = [...STORE_KEYS, 'host', 'port', 'maxBodyBytes', 'maxDecompressedBytes', 'now'] as const;

const SIX_HOURS_MS = 6 * 3_600_000;
const FOUR_MIB = 4 * 1024 * 1024;

/** Checks the options of a store and fills in the defaults. */
function resolveStoreOptions(options: IntervalStoreOptions, caller: string): Required<IntervalStoreOptions> {
  const check = new OptionCheck('INVALID_OPTION', caller);
  const intervalMs = check.number('options.intervalMs', options.intervalMs, 10_000, { min: 1, integer: true });
  const tenIntervals = 10 * intervalMs;
  return {
    intervalMs,
    exportPeriodMs: check.number('options.exportPeriodMs', options.exportPeriodMs, intervalMs, { above: 0 }),
    retentionMs: check.number('options.retentionMs', options.retentionMs, Math.max(SIX_HOURS_MS, tenIntervals), {
      min: tenIntervals,
    }),
    maxSeries: check.number('options.maxSeries', options.maxSeries, 20_000, { min: 1, integer: true }),
  };
}

/** Checks the options of a store that is used by itself. */
export function checkStoreOptions(options: IntervalStoreOptions): Required<IntervalStoreOptions> {
  new OptionCheck('INVALID_OPTION', 'createIntervalStore').knownKeys('options', options, STORE_KEYS);
  return resolveStoreOptions(options, 'createIntervalStore');
}

/** Checks the options of a receiver and fills in the defaults. */
export function checkReceiverOptions(options: OtlpReceiverOptions): Required<OtlpReceiverOptions> {
  const caller = 'startOtlpReceiver';
  const check = new OptionCheck('INVALID_OPTION', caller);
  check.knownKeys('options', options, RECEIVER_KEYS);
  const maxBodyBytes = check.number('options.maxBodyBytes', options.maxBodyBytes, FOUR_MIB, { min: 1, integer: true });
  const now = options.now ?? ((): number => Date.now());
  if (typeof now !== 'function') check.fail('options.now', now, 'Use a function that returns Unix milliseconds.');
  return {
    ...resolveStoreOptions(options, caller),
    host: check.text('options.host', options.host ?? '127.0.0.1'),
    port: check.number('options.port', options.port, 4318, { min: 0, max: 65_535, integer: true }),
    maxBodyBytes,
    maxDecompressedBytes: check.number('options.maxDecompressedBytes', options.maxDecompressedBytes, 4 * maxBodyBytes, {
      min: 1,
      integer: true,
    }),
    now,
  };
}

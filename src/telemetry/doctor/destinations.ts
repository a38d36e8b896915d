/** Where telemetry goes, as the settings have it. */
import type { OtlpProtocol } from '../pipelines/otlp.ts';
import type { TelemetrySettings } from '../pipelines/settings.ts';

/** One address to which OTLP is sent. */
export interface Destination {
  /** `traces`, `metrics`, `logs`; more than one when they share all the rest. */
  readonly signals: readonly string[];
  readonly url: string;
  readonly protocol: OtlpProtocol;
  readonly headers: Readonly<Record<string, string>>;
}

/** The addresses of all signals that are exported over OTLP. */
export function destinationsOf(settings: TelemetrySettings): Destination[] {
  const found: { signals: string[]; url: string; protocol: OtlpProtocol; headers: Readonly<Record<string, string>> }[] =
    [];
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const to = settings[signal];
    if (to === null) continue;
    const { url, protocol, headers } = to;
    const same = found.find((other) => other.url === url && other.protocol === protocol);
    if (same === undefined) found.push({ signals: [signal], url, protocol, headers });
    else same.signals.push(signal);
  }
  return found;
}
